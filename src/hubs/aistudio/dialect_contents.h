// The answers that describe files, as Gitea 1.22.3 writes them; content is never embedded (no client of AI Studio's
// reads it there), and a size is that of the real bytes, LFS or not.
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
  std::string_view sha256;  ///< "" where it is not known
  bool is_folder = false;
};

/// `root`: the local hub's address; `ref`: the revision that was asked for.
std::string contents(std::string_view root, const CatalogRepo& repo, std::string_view ref, const Described& file);
std::string folder_contents(std::string_view root, const CatalogRepo& repo, std::string_view ref,
                            std::string_view folder, const std::vector<Listed>& listing, std::string_view last_commit);

struct Page {
  std::uint64_t number = 1, size = 1000;
  bool recursive = false;
};
std::string tree(std::string_view root, const CatalogRepo& repo, std::string_view version,
                 const std::vector<Listed>& listing, Page page);

}  // namespace hubcache::hub::gitea
