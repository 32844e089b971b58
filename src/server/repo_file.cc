#include "server/repo_file.h"

#include "fs/beneath.h"
#include "fs/file.h"
#include "fs/source.h"
#include "fs/stamp.h"

namespace hubcache::server {
namespace {

/// What `folder / file.str()` is, at a third of its cost.
std::filesystem::path join(const std::filesystem::path& folder, const RelPath& file) {
  return folder.native() + "/" + file.str();
}

}  // namespace

std::optional<RepoFile> open_file(const CatalogRepo& repo, const CatalogFile& file) {
  const Source& source = repo.sources[file.source];
  auto name = join(source.place, file.location);
  auto opened = fs::open_beneath(source.place, file.location.str());
  if (!opened && file.is_adopted) {
    name = join(source.folder, file.path);
    opened = fs::open_source(name);
  }
  if (!opened) return std::nullopt;
  const hash::FileState state{opened->status.st_dev, fs::stamp_of(opened->status)};
  return RepoFile{{std::move(opened->file), state}, std::move(name)};
}

std::optional<SeenFile> look_at(const CatalogRepo& repo, const CatalogFile& file) {
  const Source& source = repo.sources[file.source];
  auto name = join(source.place, file.location);
  auto status = fs::status_of(name);
  if (status && status->kind == fs::Kind::file) status = fs::status_beneath(source.place, file.location.str());
  if (!(status && status->kind == fs::Kind::file) && file.is_adopted) {
    name = join(source.folder, file.path);
    status = fs::status_of_target(name);
  }
  if (!status || status->kind != fs::Kind::file) return std::nullopt;
  return SeenFile{std::move(name), {status->device, status->stamp}};
}

}  // namespace hubcache::server
