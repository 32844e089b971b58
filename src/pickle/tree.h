// Converts the graph of a pickle's objects to the tree that callers get.
#pragma once

#include <string_view>

#include "pickle/graph.h"
#include "pickle/value.h"

namespace hubcache::pickle {

/// Copies shared objects, within limits: a small pickle could become a huge tree, and an object that contains itself an
/// infinite one.
class TreeCopier {
 public:
  TreeCopier(const Graph& graph, std::size_t text_limit) : graph_(graph), text_left_(text_limit) {}

  /// Copies an object into a new value. Returns false, with fault(), if a limit is exceeded.
  bool copy(Ref object, Value& out);
  const char* fault() const { return fault_; }

 private:
  bool copy_text(std::string_view text, Value& out);
  bool copy_items(Ref object, List& list);
  bool copy_entries(Ref object, Dict& dict);
  bool enter(std::size_t items);
  void leave() { ++depth_left_; }
  bool fail(const char* what) {
    fault_ = what;
    return false;
  }

  const Graph& graph_;
  const char* fault_ = "";
  int depth_left_ = 64;
  std::size_t values_left_ = Graph::max_objects;
  std::size_t text_left_;
};

}  // namespace hubcache::pickle
