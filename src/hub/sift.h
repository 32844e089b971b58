// Selects the names of a hub's listing that become files of the model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "hub/entry.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

/// A RemoteFile in the making: the tree may not have told its sha.
struct ListedFile {
  RelPath path;
  std::optional<ObjectId> sha;
  std::uint64_t size = 0;
  std::optional<std::uint64_t> lfs_size;
  std::optional<ObjectId> lfs_sha256;
  std::optional<std::string> last_commit_sha;
  bool is_symlink = false;
  bool is_askable = true;  ///< false: the hub does not find it under the name that it lists
};

struct Sifted {
  std::vector<ListedFile> files;  ///< sorted by path, without duplicates
  std::vector<LeftOut> left_out;
  std::vector<ListedFile> asked_for = {};  ///< of those left out, what the client asks for all the same; sorted by path
};

/// What one hub's client makes of the names in a repo.
struct SiftRules {
  bool (*is_dropped)(const Entry&);                         ///< in silence, as the client drops it
  bool (*is_clients_metadata)(std::string_view path);       ///< the client keeps its own things under that name
  const char* holds_metadata;                               ///< what becomes of that, for the message
  std::string_view (*why_left_out)(std::string_view path);  ///< "" for a file that the client can ask for and write
  bool asks_for_left_out = false;                           ///< the client asks for submodules and reserved names, too
};

/// Names that no disk can hold or no client ask for are left out and named. ErrorCode::conflict where the repo holds
/// the client's own metadata.
Result<Sifted> sift(std::vector<Entry> entries, const SiftRules& rules, const RepoId& id);

}  // namespace hubcache::hub
