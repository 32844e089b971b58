// One reader of repos on this machine: where it looks, which metadata it wants there, when it accepts a file.
// A new reader of a known hub is one new file with one constant object, and one row in target/table.cc.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/link.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>
#include <hubcache/verdict.h>

#include "repo/remote_tree.h"
#include "target/view.h"

namespace hubcache::target {

/// What the reader's process will be like, as far as its verdicts depend on it.
struct Reader {
  bool hash_validation = false;
  std::uint64_t parallel_threshold = 160ull << 20;  ///< bytes; larger files come in parts, which are resumed
};

/// What one path has to do with one question.
struct FileFacts {
  std::vector<const IndexRecord*> records;   ///< of the path, in the index's order
  std::optional<std::size_t> stumbles_after; ///< after so many of them stands a record at which the client raises
  const PlacedFile* file = nullptr;          ///< what stands at the path
  bool leftover = false;                     ///< an unfinished download of the path
  bool dead_lock = false;                    ///< a lock on the path's download that names no process: never taken away
  std::string sha256;                        ///< of the content, where needs_content_hash() says so
  bool moves_by_rename = true;
};
FileFacts facts_of(const View& view, std::string_view path);

/// Whether the verdict depends on the file's content: hash validation, and a hub that names a SHA-256.
bool needs_content_hash(const RemoteFile& remote, const Reader& reader);

/// How the records of one path are to be.
struct RecordEdit {
  std::string_view path;
  std::vector<std::string> first;   ///< revisions of ours, in this order, before all others
  bool keep_others = true;          ///< records that others wrote stay, behind ours …
  std::vector<std::string> remove;  ///< … but for these revisions
};

struct MetadataFile {
  std::string name;
  std::string bytes;
};

struct Target {
  virtual ~Target() = default;
  virtual std::string_view name() const = 0;
  /// Where the reader looks for the repo: pure but for asking which file system is where.
  virtual Result<Place> locate(const Environment&, RepoType, const RepoId&) const = 0;
  /// For a reader that is told its folder at each call: that folder, for any repo. nullopt: it has places of its own.
  virtual std::optional<Place> place_in(const std::filesystem::path&) const { return std::nullopt; }
  /// All repos that stand in the reader's places. An id is unmasked by guess: what hubcache recorded knows better.
  virtual Result<std::vector<std::pair<RepoId, Place>>> places(const Environment&, RepoType) const = 0;
  virtual Reader reader(const Environment&) const = 0;
  /// What it would load from there.
  virtual Result<View> view(const Place&) const = 0;
  /// Pure. Serves plan, status and explanation alike, so that what is said and what is done cannot drift apart.
  virtual Verdict verdict(const FileFacts&, IndexState, const RemoteFile&, const Reader&, Question) const = 0;
  /// The bytes of the index with these edits. Pure. A damaged index counts as empty.
  virtual std::string edited_index(const View&, std::span<const RecordEdit>) const = 0;
  /// The other metadata files, as the reader itself leaves them; `version` is RemoteTree::version, "" if unknown. Pure.
  virtual std::vector<MetadataFile> other_metadata(const Place&, std::string_view version) const = 0;
  /// Names that are the reader's or hubcache's own: anywhere in the tree, and at its top only.
  virtual std::vector<std::string> own_names() const = 0;
  virtual std::vector<std::string> own_names_at_top() const = 0;
  /// The file that holds the index.
  virtual std::string_view index_name() const = 0;
};

/// ErrorCode::usage for a name that is none.
Result<const Target*> find(std::string_view name);

}  // namespace hubcache::target
