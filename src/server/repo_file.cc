#include "server/repo_file.h"

#include "fs/beneath.h"
#include "fs/source.h"
#include "fs/stamp.h"

namespace hubcache::server {

std::optional<RepoFile> open_file(const CatalogRepo& repo, const CatalogFile& file) {
  const Source& source = repo.sources[file.source];
  auto name = source.place / file.location.str();
  auto opened = fs::open_beneath(source.place, file.location.str());
  if (!opened && file.is_adopted) {
    name = source.folder / file.path.str();
    opened = fs::open_source(name);
  }
  if (!opened) return std::nullopt;
  const hash::FileState state{opened->status.st_dev, fs::stamp_of(opened->status)};
  return RepoFile{{std::move(opened->file), state}, std::move(name)};
}

}  // namespace hubcache::server
