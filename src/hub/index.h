// The index of a place: a file in which the client records the revision of each file in the place.
#pragma once

#include <cstddef>
#include <cstdint>
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
    extra_key,       ///< both, and other keys
    other_path,      ///< 'Path' is not a str, so it equals no path
    other_revision,  ///< no 'Revision', or not a str: the client raises an exception when it reads the record
    no_path,         ///< not a dict, or without 'Path': every lookup that reaches the record raises an exception
  };
  std::string path, revision;
  Shape shape = Shape::plain;
};

/// The wanted records of one path.
struct RecordEdit {
  std::string_view path;
  std::vector<std::string_view> first;   ///< hubcache's revisions, in this order, before all others
  bool keep_others = true;               ///< keep records that the client wrote, after hubcache's records …
  std::vector<std::string_view> remove;  ///< … except these revisions
};

/// The edits of an index. Each edit is computed on demand: stored, the edits of 100,000 files would take twice the
/// memory of the index.
struct RecordEdits {
  std::size_t count = 0;
  std::function<RecordEdit(std::size_t)> at;  ///< its string_views stay valid until the index is written
};

/// What the revision of an index record names.
enum class RecordedAs {
  content,         ///< RemoteFile::sha
  last_change,     ///< RemoteFile::last_change
  asked_revision,  ///< RemoteFile::asked_revision: the client does not see what is pushed to the hub
};

/// Bytes of an index. A larger one counts as damaged.
constexpr std::uint64_t largest_index = 512ull << 20;

/// A format of index files. All functions are pure.
struct Index {
  std::string_view name;  ///< the name of the index file
  RecordedAs recorded_as = RecordedAs::content;
  /// Parses the bytes of an index. An Error if the client could not use the index.
  Result<std::vector<IndexRecord>> (*read)(std::string_view bytes);
  /// Returns the bytes of the view's index after these edits. A damaged index counts as empty.
  std::string (*edited)(const View& view, const RecordEdits& edits);
  /// Returns a remark for people on an index that hubcache did not write; "" for none.
  std::string_view (*remark)(const View& view);
  /// Returns the format in which the client keeps an index that has these bytes; nullptr: this one is the only format.
  const Index* (*format_of)(std::string_view bytes) = nullptr;

  /// Returns the format for editing an index that has these bytes.
  const Index& for_bytes(std::string_view bytes) const { return format_of ? *format_of(bytes) : *this; }
};

}  // namespace hubcache::hub
