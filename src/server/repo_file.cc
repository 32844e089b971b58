#include "server/repo_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "fs/beneath.h"
#include "fs/file.h"
#include "fs/source.h"
#include "fs/stamp.h"

namespace hubcache::server {
namespace {

/// Plain text: a std::filesystem::path costs more to put together than the file costs to be looked at.
std::string join(const std::filesystem::path& folder, const RelPath& file) {
  return folder.native() + "/" + file.str();
}

/// Of a regular file; nullopt for all else.
std::optional<hash::FileState> state_of(const std::string& name, int flags) {
  struct stat status;
  if (fstatat(AT_FDCWD, name.c_str(), &status, flags) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return hash::FileState{status.st_dev, fs::stamp_of(status)};
}

bool is_beneath(const std::filesystem::path& place, const RelPath& file) {
  const auto status = fs::status_beneath(place, file.str());
  return status && status->kind == fs::Kind::file;
}

}  // namespace

std::optional<RepoFile> open_file(const CatalogRepo& repo, const CatalogFile& file) {
  const Source& source = repo.sources[file.source];
  std::filesystem::path name = join(source.place, file.location);
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
  std::string name = join(source.place, file.location);
  auto state = state_of(name, AT_SYMLINK_NOFOLLOW);
  if (state && !is_beneath(source.place, file.location)) state.reset();
  if (!state && file.is_adopted) {
    name = join(source.folder, file.path);
    state = state_of(name, 0);
  }
  if (!state) return std::nullopt;
  return SeenFile{std::move(name), *state};
}

}  // namespace hubcache::server
