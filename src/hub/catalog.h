// The adopted repos of this machine as a hub would list them. A snapshot of the moment when it was gathered: a file
// that vanishes since is still listed, and only its content is not found.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/repo.h>

#include "hub/hub.h"
#include "repo/local_tree.h"

namespace hubcache::hub {

/// Where the files of one adoption stand. Paths are absolute.
struct Source {
  std::filesystem::path place;   ///< the client's; what stands there wins, as that is what the client itself would load
  std::filesystem::path folder;  ///< the user's
};

struct CatalogFile {
  RelPath path;
  RelPath location;            ///< in the client's place
  std::uint64_t size = 0;      ///< bytes, when it was gathered
  std::vector<ObjectId> shas;  ///< as recorded, one for each of the repo's revisions
  std::uint16_t source = 0;    ///< index into CatalogRepo::sources
  std::string outside = {};  ///< real path out of the user's folder to which symlinks may lead, as when it was adopted
  bool is_adopted = true;    ///< false: the client's own download of the hub's version, beside adopted files
};

struct CatalogRevision {
  std::string name;
  std::string version;      ///< the hub's commit, 40 hex digits; where it is not known, a stable id in its stead
  bool is_default = false;  ///< the hub's default branch
};

struct CatalogRepo {
  const Hub* hub = nullptr;  ///< set in every repo of a catalog
  RepoType type = RepoType::model;
  RepoId id;  ///< by which the client asks the hub
  std::vector<CatalogRevision> revisions = {};
  std::vector<Source> sources = {};
  std::vector<CatalogFile> files = {};        ///< sorted by path
  std::vector<std::string> not_adopted = {};  ///< files of the hub that were missing from the folder; sorted

  const CatalogFile* find(std::string_view path) const;
  bool has_folder(std::string_view path) const;  ///< "" is one
  /// By its name or its version; nullopt where it is not adopted.
  std::optional<std::size_t> revision(std::string_view name) const;
  /// The name of the one that a request without a revision means; "" where that is not adopted, or not known.
  std::string default_revision() const;
};

class Catalog {
 public:
  void add(CatalogRepo repo) { repos_.push_back(std::move(repo)); }
  /// Hubs do not tell upper from lower case in an id. Without a type, of a model and a data set with the same id the
  /// model.
  const CatalogRepo* find(const Hub& hub, std::string_view owner, std::string_view name,
                          std::optional<RepoType> type = {}) const;
  const std::vector<CatalogRepo>& repos() const { return repos_; }

 private:
  std::vector<CatalogRepo> repos_;
};

}  // namespace hubcache::hub
