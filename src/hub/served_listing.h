// What a repo holds at one revision, by the local hub's word: the adopted files, and the hub's others.
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

/// Bytes: a local file may have changed since it was gathered.
std::uint64_t size_now(const CatalogRepo& repo, const Listed& listed);

/// Each folder before its files, in the order of the files' paths. `remote`: the hub's own listing; nullptr where the
/// hub is not asked or does not answer, and then files of the hub's that its client has downloaded beside adopted ones
/// are listed as recorded.
std::vector<Listed> make_listing(const CatalogRepo& repo, std::size_t revision, const RemoteTree* remote);

/// The stable id of something that the hub's id is not known of; `what` tells kinds apart.
ObjectId stand_in_id(std::string_view what, const CatalogRepo& repo, std::string_view name);

}  // namespace hubcache::hub
