// Lists a repo at one revision as the local hub serves it: the adopted files and the hub's other files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/repo.h>

#include "hub/catalog.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

struct Listed {
  std::string path;
  ObjectId sha;
  std::uint64_t size = 0;  ///< bytes of the real content; of a local file, when the catalog was gathered
  bool is_folder = false;
  const CatalogFile* local = nullptr;        ///< the file on this machine; nullptr: the hub's
  std::optional<ObjectId> last_change = {};  ///< RemoteFile::last_change of the hub's file
};

/// Returns the size in bytes. For a local file, returns its present size, since the file may have changed after the
/// catalog was gathered; if reading the present size fails, returns Listed::size.
std::uint64_t size_now(const CatalogRepo& repo, const Listed& listed);

/// Returns the files in path order, each folder before its files. `remote`: the hub's listing; nullptr if the hub was
/// not asked or did not answer: then the listing contains also the hub's files that the client has downloaded beside
/// adopted files, with their recorded ids.
std::vector<Listed> make_listing(const CatalogRepo& repo, std::size_t revision, const RemoteTree* remote);

/// Returns a stable id for an object whose hub id is unknown; `what` distinguishes kinds of objects.
ObjectId stand_in_id(std::string_view what, const CatalogRepo& repo, std::string_view name);

}  // namespace hubcache::hub
