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

/// A RemoteFile before the listing is complete: the hub's tree may not have sent its sha.
struct ListedFile {
  RelPath path;
  std::optional<ObjectId> sha;
  std::uint64_t size = 0;
  std::optional<std::uint64_t> lfs_size;
  std::optional<ObjectId> lfs_sha256;
  std::optional<std::string> last_commit_sha;
  bool is_symlink = false;
  bool is_askable = true;  ///< false: the hub does not find the file under its listed name
};

struct Sifted {
  std::vector<ListedFile> files;  ///< sorted by path, without duplicates
  std::vector<LeftOut> left_out;
  std::vector<ListedFile> asked_for = {};  ///< left-out names that the client still requests; sorted by path
};

/// The rules by which one hub's client treats the names in a repo.
struct SiftRules {
  bool (*is_dropped)(const Entry&);                    ///< true: the client ignores the entry, and so does hubcache
  bool (*is_clients_metadata)(std::string_view path);  ///< true: the client keeps its metadata under that name
  const char* holds_metadata;                          ///< the consequence, for the error message
  std::string_view (*why_left_out)(std::string_view path);  ///< "": the client can request and write the file
  bool asks_for_left_out = false;                           ///< the client also requests submodules and reserved names
};

/// Sorts the entries into files and left-out names (names that no file system can hold or no client can request).
/// ErrorCode::conflict if the repo contains the client's own metadata.
Result<Sifted> sift(std::vector<Entry> entries, const SiftRules& rules, const RepoId& id);

}  // namespace hubcache::hub
