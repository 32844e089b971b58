#include "hub/catalog.h"

#include <algorithm>

#include "hub/dialect.h"
#include "server/message.h"

namespace hubcache::hub {
namespace {

std::string_view path_of(const CatalogFile& file) { return file.path.str(); }

CatalogFile catalog_file(const PublishedCommit& published, const PackedFile& file) {
  const RelPath path = *RelPath::parse(file.path);  // was checked when the manifest was read
  CatalogFile made{path, path, file.size, {published.id_of(file)}};
  made.stored = StoredContent{file.sha256, std::string(file.head), published.store};
  return made;
}

}  // namespace

ObjectId PublishedCommit::id_of(const PackedFile& file) const {
  return dialect->published_id({file.git.id(), file.sha256.id(), file.is_lfs, commit});
}

FilePtr CatalogRepo::find(std::string_view path) const {
  if (published) {
    const auto packed = published->files->find(path);
    return packed ? std::make_shared<const CatalogFile>(catalog_file(*published, *packed)) : nullptr;
  }
  const auto found = std::ranges::lower_bound(files, path, {}, path_of);
  const bool is_found = found != files.end() && found->path.str() == path;
  return is_found ? FilePtr(FilePtr(), &*found) : nullptr;  // the catalog owns it
}

bool CatalogRepo::has_folder(std::string_view path) const {
  if (path.empty()) return true;
  const std::string prefix = std::string(path) + "/";
  if (published) {
    const std::size_t number = published->files->lower_bound(prefix);
    return number < published->files->count() && published->files->path(number).starts_with(prefix);
  }
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
