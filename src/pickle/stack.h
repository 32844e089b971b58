// The unpickler's stack with its marks. As in CPython, objects below the topmost mark are not accessible.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "pickle/graph.h"

namespace hubcache::pickle {

/// Functions that take from the stack return false or nullopt if there are too few objects above the mark, or no mark.
class Stack {
 public:
  bool is_full() const { return objects_.size() + marks_.size() >= Graph::max_objects; }
  void push(Ref object) { objects_.push_back(object); }
  void mark() { marks_.push_back(objects_.size()); }

  std::optional<Ref> top() const { return above_mark() == 0 ? std::nullopt : std::optional(objects_.back()); }
  /// Returns the topmost `count` objects, lowest first; valid until the next push.
  std::optional<std::span<const Ref>> top(std::size_t count) const {
    if (above_mark() < count) return std::nullopt;
    return std::span(objects_).last(count);
  }
  bool drop(std::size_t count) {
    if (above_mark() < count) return false;
    objects_.resize(objects_.size() - count);
    return true;
  }
  /// Removes the topmost mark. Returns how many objects are above it; they stay on the stack.
  std::optional<std::size_t> unmark() {
    if (marks_.empty()) return std::nullopt;
    const auto count = above_mark();
    marks_.pop_back();
    return count;
  }
  /// Removes the topmost object; if none is above the topmost mark, removes the mark, as POP does.
  bool pop() { return (above_mark() == 0 && unmark()) || drop(1); }

 private:
  std::size_t above_mark() const { return objects_.size() - (marks_.empty() ? 0 : marks_.back()); }

  std::vector<Ref> objects_;
  std::vector<std::size_t> marks_;
};

}  // namespace hubcache::pickle
