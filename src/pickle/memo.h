// The unpickler's memo: objects by the numbers that PUT gave them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "pickle/graph.h"

namespace hubcache::pickle {

class Memo {
 public:
  /// Writers number without gaps, so no number need be as high as the count of the pickle's bytes or objects; the 64 Ki
  /// are for a pickle written by hand. CPython would allocate whatever a number asks for.
  explicit Memo(std::size_t pickle_size) : limit_(std::min(pickle_size, Graph::max_objects) + 65536) {}

  bool put(std::uint64_t number, Ref object) {
    if (number >= limit_) return false;
    if (number > objects_.size()) objects_.resize(number, nothing);
    if (number == objects_.size()) objects_.push_back(nothing);
    if (objects_[number] == nothing) ++count_;
    objects_[number] = object;
    return true;
  }
  /// The number that MEMOIZE gives next, whatever numbers PUT has given.
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
