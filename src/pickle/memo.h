// The unpickler's memo: objects by the numbers in PUT.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "pickle/graph.h"

namespace hubcache::pickle {

class Memo {
 public:
  /// Limits the numbers. Writers number without gaps, so numbers are lower than the count of the pickle's bytes or
  /// objects; the additional 64 Ki are for handwritten pickles. CPython would allocate memory for any number.
  explicit Memo(std::size_t pickle_size) : limit_(std::min(pickle_size, Graph::max_objects) + 65536) {}

  bool put(std::uint64_t number, Ref object) {
    if (number >= limit_) return false;
    if (number > objects_.size()) objects_.resize(number, nothing);
    if (number == objects_.size()) objects_.push_back(nothing);
    if (objects_[number] == nothing) ++count_;
    objects_[number] = object;
    return true;
  }
  /// Returns the number that MEMOIZE uses next, whatever numbers PUT has used.
  std::size_t size() const { return count_; }

  std::optional<Ref> get(std::uint64_t number) const {
    if (number >= objects_.size() || objects_[number] == nothing) return std::nullopt;
    return objects_[number];
  }

 private:
  static constexpr Ref nothing = UINT32_MAX;

  std::size_t limit_;
  std::size_t count_ = 0;
  std::vector<Ref> objects_;
};

}  // namespace hubcache::pickle
