// Which names of a hub's listing become files of the model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "hub/gitea_answer.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

/// A RemoteFile in the making: the tree may not have told its sha.
struct ListedFile {
  RelPath path;
  std::optional<ObjectId> sha;
  std::uint64_t size = 0;
  std::optional<std::uint64_t> lfs_size;
  std::optional<std::string> last_commit_sha;
  bool is_symlink = false;
};

struct Sifted {
  std::vector<ListedFile> files;  ///< sorted by path, without duplicates
  std::vector<LeftOut> left_out;
};

/// Folders and the top-level .gitignore and .gitattributes are dropped in silence, as the SDK drops them; names that
/// cannot be used are left out and named. ErrorCode::conflict where the repo holds the client's own metadata.
Result<Sifted> sift(std::vector<Entry> entries, const RepoId& id);

}  // namespace hubcache::hub
