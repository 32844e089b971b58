// Opens a file of the catalog: names come from the catalog alone, never from a request.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "server/catalog.h"
#include "server/file_answer.h"

namespace hubcache::server {

struct RepoFile {
  OpenFile open;
  std::filesystem::path name;  ///< where it was found
};

/// What stands in the client's place, which is what the client itself would load: a regular file, opened beneath the
/// place and through no symlink. Where hubcache has placed a symlink, or nothing stands there, the file of the user's
/// folder, through such symlinks as the user has there. nullopt: neither.
std::optional<RepoFile> open_file(const CatalogRepo& repo, const CatalogFile& file);

/// The file that open_file() would open, looked at only.
struct SeenFile {
  std::string name;
  hash::FileState state;
};
std::optional<SeenFile> look_at(const CatalogRepo& repo, const CatalogFile& file);

}  // namespace hubcache::server
