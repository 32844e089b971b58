// Opens files of the catalog that are on this machine. The names come from the catalog only, never from a request.
#pragma once

#include <optional>
#include <string>

#include <hubcache/result.h>

#include "hub/catalog.h"
#include "server/file_answer.h"

namespace hubcache::hub {

/// Opens the file in the client's place, which the client itself would load: a regular file below the place whose path
/// contains no symlink. If the place has no such file, opens the file in the user's folder. Follows symlinks there
/// within the folder; out of the folder only to the name to which they led at the adoption (CatalogFile::outside). The
/// Error says why the file cannot be served.
Result<server::OpenFile> open_file(const CatalogRepo& repo, const CatalogFile& file);

/// A file that open_file() would open.
struct SeenFile {
  std::string name;
  hash::FileState state;
};
/// Returns the name and state of the file that open_file() would open; nullopt if it would fail.
std::optional<SeenFile> look_at(const CatalogRepo& repo, const CatalogFile& file);

}  // namespace hubcache::hub
