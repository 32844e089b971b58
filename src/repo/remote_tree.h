// The files of a repo at one revision, as a hub lists them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/repo.h>
#include <hubcache/verdict.h>

namespace hubcache {

/// Returns the id of a file whose content on the hub is unknown: zeros.
ObjectId unknown_id();
inline bool is_known(const ObjectId& id) { return id != unknown_id(); }

struct RemoteFile {
  RelPath path;
  ObjectId sha;                           ///< git blob id; for an LFS file, that of its pointer text; for a hub that
                                          ///< lists no blob ids, the SHA-256 of the content; or unknown_id()
  std::uint64_t size = 0;                 ///< bytes of the git blob; for an LFS file, of its pointer text
  std::optional<std::uint64_t> lfs_size;  ///< bytes of an LFS file's real content, if requested from the hub
  /// As in `contents`, "" for null; nullopt if only a tree listing is known.
  std::optional<std::string> last_commit_sha;
  std::optional<ObjectId> lfs_sha256 = {};  ///< SHA-256 of an LFS file's real content, if the listing has it
  /// The reason why the client's request raises an exception, whatever its place contains.
  std::optional<Reason> snapshot_raises = {}, single_file_raises = {};
  /// The commit that changed the file last, if the client knows the file's version by it.
  std::optional<ObjectId> last_change = {};
  std::string asked_revision = {};  ///< the requested revision, if the client's index names it instead of the version
  bool has_size = true;             ///< false: the hub did not send the size
  bool is_listed = true;            ///< false: clients get the file only if they request it by name
  /// False: not a file of the model, although the client requests it (a submodule, or a name that belongs to the
  /// client).
  bool is_file = true;
};

/// A name that hubcache cannot use, and the reason, for the user. `name` is escaped for printing.
struct LeftOut {
  std::string name;
  std::string why;
  bool is_dangling = false;  ///< a broken symlink
};

struct RemoteTree {
  std::vector<RemoteFile> files;  ///< sorted by path, without duplicates
  std::string version;            ///< the hub's id for this state of the repo: a commit or a tree id
  std::vector<LeftOut> left_out;
  bool from_contents = false;        ///< the tree API was not usable: each file was requested by itself
  std::string default_branch = {};   ///< the branch for requests without a revision; "" if unknown
  std::string snapshot_raises = {};  ///< why the client's snapshot raises an exception, and what to do; else ""
  std::string remark = {};           ///< a sentence for people about this listing; "" for none
  std::string repo_id = {};          ///< the repo's id as the hub spells it; "" if unknown

  /// Returns the file at the path; nullptr if the repo does not have it.
  const RemoteFile* find(const RelPath& path) const;
};

}  // namespace hubcache
