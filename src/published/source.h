// Finds the folder to publish, and lists its files with their digests.
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/publish.h>

#include "hash/file_digester.h"
#include "published/keys.h"
#include "published/manifest.h"

namespace hubcache::published {

/// The repo, revision and folder that a user publishes.
struct Source {
  StoredRepo repo;
  Revision revision;
  std::filesystem::path folder;
  std::vector<std::string> include = {}, exclude = {};  ///< patterns of the adoption
};

/// Takes the folder from the request, else from the repo's adoption. ErrorCode::failed if the repo is not adopted;
/// ErrorCode::conflict if it is adopted from several folders.
Result<Source> find_source(const Environment& environment, const PublishRequest& request);

/// The files to publish, with the states in which they were hashed.
struct GatheredFiles {
  std::vector<StoredFile> files;        ///< sorted by path
  std::vector<hash::FileState> states;  ///< of `files`
  std::vector<std::string> warnings = {};
};

/// Scans and hashes. `store`: a store in a folder, which must not be in the scanned folder; "" for another one.
/// ErrorCode::failed if a file cannot be read or is left out: the published repo would be incomplete.
Result<GatheredFiles> gather_files(const Environment& environment, const Source& source,
                                   const std::filesystem::path& store,
                                   const std::function<void(const Progress&)>& progress);

}  // namespace hubcache::published
