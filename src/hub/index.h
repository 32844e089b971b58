// The index of a place: a file in which a client notes which revision of each file the place has.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

namespace hubcache::hub {

struct View;

/// One record of the client's index.
struct IndexRecord {
  enum class Shape {
    plain,           ///< exactly 'Path' and 'Revision', both str
    extra_key,       ///< both and more
    other_path,      ///< 'Path' is no str: equal to no path
    other_revision,  ///< no 'Revision', or no str: the client raises when it gets to it
    no_path,         ///< no dict, or one without 'Path': the client raises at it, whatever it looks for
  };
  std::string path, revision;
  Shape shape = Shape::plain;
};

/// How the records of one path are to be.
struct RecordEdit {
  std::string_view path;
  std::vector<std::string_view> first;   ///< revisions of ours, in this order, before all others
  bool keep_others = true;               ///< records that others wrote stay, behind ours …
  std::vector<std::string_view> remove;  ///< … but for these revisions
};

/// The edits of an index, each made where it is wanted: those of 100,000 files take twice the memory of the index.
struct RecordEdits {
  std::size_t count = 0;
  std::function<RecordEdit(std::size_t)> at;  ///< its views last until the index is written
};

/// A format of index files. All functions are pure.
struct Index {
  std::string_view name;  ///< of the file
  /// The records of an index that consists of these bytes. An Error where the client could not use it.
  Result<std::vector<IndexRecord>> (*read)(std::string_view bytes);
  /// The bytes of the view's index with these edits. A damaged index counts as empty.
  std::string (*edited)(const View& view, const RecordEdits& edits);
  /// Returns a remark for people on an index that hubcache did not write; "" for none.
  std::string_view (*remark)(const View& view);
};

}  // namespace hubcache::hub
