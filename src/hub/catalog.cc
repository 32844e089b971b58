#include "hub/catalog.h"

#include <algorithm>

#include "server/message.h"

namespace hubcache::hub {
namespace {

std::string_view path_of(const CatalogFile& file) { return file.path.str(); }

}  // namespace

const CatalogFile* CatalogRepo::find(std::string_view path) const {
  const auto found = std::ranges::lower_bound(files, path, {}, path_of);
  return found != files.end() && found->path.str() == path ? &*found : nullptr;
}

bool CatalogRepo::has_folder(std::string_view path) const {
  if (path.empty()) return true;
  const std::string prefix = std::string(path) + "/";
  const auto found = std::ranges::lower_bound(files, std::string_view(prefix), {}, path_of);
  return found != files.end() && found->path.str().starts_with(prefix);
}

std::optional<std::size_t> CatalogRepo::revision(std::string_view name) const {
  const auto found = std::ranges::find_if(
      revisions, [&](const CatalogRevision& known) { return known.name == name || known.version == name; });
  return found == revisions.end() ? std::nullopt : std::optional<std::size_t>(found - revisions.begin());
}

/// Returns the client's default revision; if that is not adopted, the adopted revision that is the hub's default
/// branch; "" if neither is adopted.
std::string CatalogRepo::default_revision() const {
  std::string usual(hub->default_revision);
  if (revision(usual)) return usual;
  const auto found = std::ranges::find_if(revisions, &CatalogRevision::is_default);
  return found == revisions.end() ? "" : found->name;
}

const CatalogRepo* Catalog::find(const Hub& hub, std::string_view owner, std::string_view name,
                                 std::optional<RepoType> type) const {
  const auto found = std::ranges::find_if(repos_, [&](const CatalogRepo& repo) {
    return repo.hub == &hub && (!type || repo.type == *type) && server::same_word(repo.id.owner(), owner) &&
           server::same_word(repo.id.name(), name);
  });
  return found == repos_.end() ? nullptr : &*found;
}

}  // namespace hubcache::hub
