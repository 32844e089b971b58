// The adopted repos of this machine as a hub would list them. A snapshot of the moment when it was gathered: a file that
// vanishes since is still listed, and only its content is not found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/repo.h>

#include "repo/hub_kind.h"
#include "repo/local_tree.h"

namespace hubcache::server {

/// Where the files of one adoption stand. Paths are absolute.
struct Source {
  std::filesystem::path place;   ///< the client's; what stands there wins, as that is what the client itself would load
  std::filesystem::path folder;  ///< the user's
};

struct CatalogFile {
  RelPath path;
  RelPath location;                      ///< in the client's place, where that keeps it
  std::uint64_t size = 0;                ///< bytes, when it was gathered
  std::vector<ObjectId> shas;            ///< as recorded, one for each of the repo's revisions
  std::uint16_t source = 0;              ///< index into CatalogRepo::sources
  bool is_adopted = true;                ///< false: the client's own download of the hub's version, beside adopted files
};

struct CatalogRevision {
  std::string name;
  std::string version;  ///< the hub's commit, 40 hex digits; where it is not known, a stable id in its stead
};

struct CatalogRepo {
  HubKind hub = HubKind::aistudio;
  RepoType type = RepoType::model;
  RepoId id;
  std::vector<CatalogRevision> revisions = {};
  std::vector<Source> sources = {};
  std::vector<CatalogFile> files = {};        ///< sorted by path
  std::vector<std::string> not_adopted = {};   ///< files of the hub that were missing from the folder; sorted

  const CatalogFile* find(std::string_view path) const;
  bool has_folder(std::string_view path) const;  ///< "" is one
  /// By its name or its version; nullopt where it is not adopted.
  std::optional<std::size_t> revision(std::string_view name) const;
};

class Catalog {
 public:
  /// Of two repos that their hub asks for in the same words the first stays: AI Studio's, a model and a data set of one id.
  void add(CatalogRepo repo);
  /// Hubs do not tell upper from lower case in an id. Where the hub does not tell models from data sets, `type` does not count.
  const CatalogRepo* find(HubKind hub, RepoType type, std::string_view owner, std::string_view name) const;
  const std::vector<CatalogRepo>& repos() const { return repos_; }

 private:
  std::vector<CatalogRepo> repos_;
};

}  // namespace hubcache::server
