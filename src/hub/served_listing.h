// Lists a repo at one revision as the local hub serves it: the adopted files and the hub's other files.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
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
  std::optional<Sha256> sha256 = {};         ///< of a published file
};

/// Returns the size in bytes. For a local file, returns its present size, since the file may have changed after the
/// catalog was gathered; if reading the present size fails, returns Listed::size.
std::uint64_t size_now(const CatalogRepo& repo, const Listed& listed);

/// Returns the files in path order, each folder before its files. `remote`: the hub's listing; nullptr if the hub was
/// not asked or did not answer: then the listing contains also the hub's files that the client has downloaded beside
/// adopted files, with their recorded ids.
std::vector<Listed> make_listing(const CatalogRepo& repo, std::size_t revision, const RemoteTree* remote);

/// A listing, or that of a published commit, whose entries are made one by one.
class Entries {
 public:
  Entries(const std::vector<Listed>& listing) : listing_(&listing) {}  // NOLINT(*-explicit-*): it is one
  /// Lists the repo without the hub. The repo must outlive the entries.
  static Entries of(const CatalogRepo& repo, std::size_t revision);

  using Wanted = std::function<bool(std::string_view path, bool is_folder)>;
  /// Calls `take` for the entries that are wanted, in the order of make_listing(). Asks `wanted` about every entry.
  void each(const Wanted& wanted, const std::function<void(const Listed&)>& take) const;
  /// True for "".
  bool has_folder(std::string_view path) const;
  bool has_file(std::string_view path) const;
  /// Returns about the length of a text with a line for each file, which has its path and `more` bytes.
  std::size_t text_size(std::size_t more) const;

 private:
  explicit Entries(const CatalogRepo& repo) : repo_(&repo) {}
  std::shared_ptr<const std::vector<Listed>> made_;
  const std::vector<Listed>* listing_ = nullptr;
  const CatalogRepo* repo_ = nullptr;  ///< published, instead of `listing_`
};

/// Returns one entry of make_listing() without the hub; nullopt if there is none.
std::optional<Listed> listed_at(const CatalogRepo& repo, std::size_t revision, const std::string& path);

/// Returns a stable id for an object whose hub id is unknown; `what` distinguishes kinds of objects.
ObjectId stand_in_id(std::string_view what, const CatalogRepo& repo, std::string_view name);

}  // namespace hubcache::hub
