// The adopted repos of this machine as a hub would list them. The catalog is a snapshot: a file that is deleted after
// the catalog was gathered is still listed, but a request for its content fails.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/repo.h>

#include "hub/hub.h"
#include "hub/packed_files.h"
#include "repo/local_tree.h"

namespace hubcache::hub {

struct Dialect;

/// The two folders that hold the files of one adoption. Paths are absolute.
struct Source {
  /// The client's place; its files take precedence, since the client itself would load them.
  std::filesystem::path place;
  std::filesystem::path folder;  ///< the user's folder
};

/// The content of a published file, which is in a store.
struct StoredContent {
  Sha256 sha256;
  std::string head;       ///< its first two bytes, or all if it is shorter
  std::size_t store = 0;  ///< number of the store
};

struct CatalogFile {
  RelPath path;
  RelPath location;            ///< path in the client's place
  std::uint64_t size = 0;      ///< bytes, when the catalog was gathered
  std::vector<ObjectId> shas;  ///< as recorded; one for each of CatalogRepo::revisions; one for all if it is stored
  std::uint16_t source = 0;    ///< index into CatalogRepo::sources
  std::string outside = {};    ///< real path of the content, if a symlink led out of the user's folder at the adoption
  bool is_adopted = true;      ///< false: the client downloaded the hub's version, beside adopted files
  std::optional<StoredContent> stored = {};  ///< instead of `source`

  const ObjectId& sha(std::size_t revision) const { return shas[std::min(revision, shas.size() - 1)]; }
};

struct CatalogRevision {
  std::string name;
  std::string version;      ///< the hub's commit, 40 hex digits; a stable made-up id if the commit is unknown
  bool is_default = false;  ///< the hub's default branch
};

/// A file of the catalog, or one that was made for a request.
using FilePtr = std::shared_ptr<const CatalogFile>;

/// The files of one commit in a store. The hub is not asked about them.
struct PublishedCommit {
  std::shared_ptr<const PackedFiles> files;
  ObjectId commit;
  const Dialect* dialect = nullptr;  ///< whose clients ask; chooses the ids of files
  std::size_t store = 0;             ///< number of the store

  ObjectId id_of(const PackedFile& file) const;
};

struct CatalogRepo {
  const Hub* hub = nullptr;  ///< set in every repo of a catalog
  RepoType type = RepoType::model;
  RepoId id;  ///< the id that the client sends to the hub
  std::vector<CatalogRevision> revisions = {};
  std::vector<Source> sources = {};
  std::vector<CatalogFile> files = {};            ///< sorted by path
  std::vector<std::string> not_adopted = {};      ///< files of the hub that the folder lacks; sorted
  std::optional<PublishedCommit> published = {};  ///< instead of `sources` and `files`

  bool is_published() const { return published.has_value(); }
  FilePtr find(std::string_view path) const;     ///< nullptr for none
  bool has_folder(std::string_view path) const;  ///< true for ""
  /// Finds a revision by its name or its version; nullopt if it is not adopted.
  std::optional<std::size_t> revision(std::string_view name) const;
  /// Returns the name of the revision for requests that name none; "" if that revision is unknown or not adopted.
  std::string default_revision() const;
};

class Catalog {
 public:
  void add(CatalogRepo repo) { repos_.push_back(std::move(repo)); }
  /// Finds a repo by its id, ignoring case, as hubs do. Without a type, returns the first repo with the id: a model
  /// comes before a data set.
  const CatalogRepo* find(const Hub& hub, std::string_view owner, std::string_view name,
                          std::optional<RepoType> type = {}) const;
  const std::vector<CatalogRepo>& repos() const { return repos_; }

 private:
  std::vector<CatalogRepo> repos_;
};

}  // namespace hubcache::hub
