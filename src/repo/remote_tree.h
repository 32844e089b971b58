// What a hub says a repo holds at one revision.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/repo.h>
#include <hubcache/verdict.h>

namespace hubcache {

struct RemoteFile {
  RelPath path;
  ObjectId sha;                           ///< git blob id; of an LFS file, of its pointer text
  std::uint64_t size = 0;                 ///< bytes of the git blob; of an LFS file, of its pointer text
  std::optional<std::uint64_t> lfs_size;  ///< bytes of the real content, where the hub was asked for it
  /// As `contents` gives it, "" for its null; a tree listing has none.
  std::optional<std::string> last_commit_sha;
  std::optional<ObjectId> lfs_sha256 = {};  ///< SHA-256 of an LFS file's real content, where the listing names it
  /// Why the client's question raises an exception, whatever its place holds.
  std::optional<Reason> snapshot_raises = {}, single_file_raises = {};
  bool is_listed = true;  ///< false: only a client that asks for this very file gets it
  /// False: no file of the model, though the client asks for it (a submodule, a name in the client's own folder).
  bool is_file = true;
};

/// A name that cannot be used, and why, in words for the user; `name` is escaped for printing.
struct LeftOut {
  std::string name;
  std::string why;
  bool is_dangling = false;  ///< a symlink to nothing
};

struct RemoteTree {
  std::vector<RemoteFile> files;  ///< sorted by path, without duplicates
  std::string version;            ///< what the hub calls this state of the repo: a commit or a tree id
  std::vector<LeftOut> left_out;
  bool from_contents = false;        ///< the tree API could not be trusted: every file was asked for by itself
  std::string default_branch = {};   ///< that the client gets where it names no revision; "" where it is not known
  std::string snapshot_raises = {};  ///< why the client's snapshot raises an exception: what is wrong, and a way out
  std::string continued_at = {};     ///< another host that the hub's listing leads to; "" if it leads to none
  std::string repo_id = {};          ///< the repo's id as the hub spells it; "" where the answers do not tell

  /// nullptr where the repo does not have it.
  const RemoteFile* find(const RelPath& path) const;
};

}  // namespace hubcache
