// Lists a repo at one revision as the local hub serves it: the adopted files and the hub's other files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <hubcache/repo.h>

#include "hub/catalog.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

struct Listed {
  std::string path;
  ObjectId sha;
  std::uint64_t size = 0;  ///< bytes of the real content; of a local file when it was gathered
  bool is_folder = false;
  const CatalogFile* local = nullptr;  ///< of this machine
};

/// Returns the size in bytes; of a local file its present size, since it may have changed after it was gathered.
std::uint64_t size_now(const CatalogRepo& repo, const Listed& listed);

/// Each folder before its files, in the order of the files' paths. `remote`: the hub's own listing; nullptr where the
/// hub is not asked or does not answer, and then files of the hub's that its client has downloaded beside adopted ones
/// are listed as recorded.
std::vector<Listed> make_listing(const CatalogRepo& repo, std::size_t revision, const RemoteTree* remote);

/// Returns a stable id for an object whose hub id is unknown; `what` distinguishes kinds of objects.
ObjectId stand_in_id(std::string_view what, const CatalogRepo& repo, std::string_view name);

}  // namespace hubcache::hub
