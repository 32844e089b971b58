// The answers that describe files, in the format of Gitea 1.22.3. They never embed content, since no AI Studio client
// reads it there; sizes are those of the real content, also for LFS files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/catalog.h"
#include "hub/served_listing.h"

namespace hubcache::hub::gitea {

struct Described {
  std::string_view path;
  std::string_view sha, last_commit;
  std::uint64_t size = 0;
  std::string_view sha256;  ///< "" if unknown
  bool is_folder = false;
};

/// Returns the `contents` of a file. `root`: the local hub's address; `ref`: the requested revision.
std::string contents(std::string_view root, const CatalogRepo& repo, std::string_view ref, const Described& file);
std::string folder_contents(std::string_view root, const CatalogRepo& repo, std::string_view ref,
                            std::string_view folder, const Entries& listing, std::string_view last_commit);

struct Page {
  std::uint64_t number = 1, size = 1000;
  bool recursive = false;
};
std::string tree(std::string_view root, const CatalogRepo& repo, std::string_view version, const Entries& listing,
                 Page page);

}  // namespace hubcache::hub::gitea
