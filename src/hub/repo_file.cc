#include "hub/repo_file.h"

#include <cerrno>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/beneath.h"
#include "fs/file.h"
#include "fs/real_name.h"
#include "fs/root.h"
#include "fs/source.h"
#include "fs/stamp.h"
#include "fs/system_error.h"

namespace hubcache::hub {
namespace {

/// Joins strings, since building a std::filesystem::path takes longer than reading the file's status.
std::string join(const std::filesystem::path& folder, const RelPath& file) {
  return folder.native() + "/" + file.str();
}

/// Returns the state of a regular file; nullopt for everything else.
std::optional<hash::FileState> state_of(const std::string& name, int flags) {
  struct stat status;
  if (fstatat(AT_FDCWD, name.c_str(), &status, flags) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  return hash::FileState{status.st_dev, fs::stamp_of(status)};
}

bool is_beneath(const std::filesystem::path& place, const RelPath& file) {
  const auto status = fs::status_beneath(place, file.str());
  return status && status->kind == fs::Kind::file;
}

/// Returns the real name of a file in the user's folder. It must be below the folder, or be the name to which symlinks
/// led when the file was adopted.
Result<std::string> allowed_name(const Source& source, const CatalogFile& file) {
  const std::string name = join(source.folder, file.path);
  const auto folder = fs::real_name(source.folder);
  auto real = fs::real_name(name);
  if (!folder || !real) return fs::system_error(errno, say("read {}", in_quotes(name)));
  if (fs::lies_below(*folder, *real) || *real == file.outside) return *std::move(real);
  return Error{ErrorCode::conflict,
               say("{} is not served: a symlink leads out of the folder to a file that was not adopted; run hubcache "
                   "refresh to adopt that file",
                   in_quotes(name)),
               ""};
}

/// Opens an absolute path; fails if it contains a symlink.
fs::Descriptor open_real(const std::string& name, int flags) {
  static const fs::Descriptor top(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
  return fs::open_below(top.get(), name.substr(1), flags);
}

/// Opens a path without symlinks, as most are, in one step. Otherwise opens its real name, again without following
/// symlinks: a symlink that another process puts there meanwhile is not followed.
Result<fs::Source> open_in_folder(const Source& source, const CatalogFile& file) {
  std::string name = join(source.folder, file.path);
  if (auto opened = fs::check_source(open_real(name, fs::source_flags), name)) return opened;
  name = TRY(allowed_name(source, file));
  return fs::check_source(open_real(name, fs::source_flags), name);
}

std::optional<SeenFile> look_in_folder(const Source& source, const CatalogFile& file) {
  const auto seen = [](std::string name) -> std::optional<SeenFile> {
    const fs::Descriptor opened = open_real(name, O_PATH | O_CLOEXEC);
    struct stat status;
    if (!opened || fstat(opened.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return SeenFile{std::move(name), {status.st_dev, fs::stamp_of(status)}};
  };
  if (auto direct = seen(join(source.folder, file.path))) return direct;
  auto name = allowed_name(source, file);
  return name ? seen(*std::move(name)) : std::nullopt;
}

}  // namespace

Result<server::OpenFile> open_file(const CatalogRepo& repo, const CatalogFile& file) {
  if (file.stored) return Error{ErrorCode::failed, say("the file is in a store"), ""};
  const Source& source = repo.sources[file.source];
  auto opened = fs::open_beneath(source.place, file.location.str());
  if (!opened && file.is_adopted) opened = open_in_folder(source, file);
  if (!opened) return std::move(opened).error();
  return server::OpenFile{std::move(opened->file), {opened->status.st_dev, fs::stamp_of(opened->status)}};
}

std::optional<SeenFile> look_at(const CatalogRepo& repo, const CatalogFile& file) {
  if (file.stored) return std::nullopt;
  const Source& source = repo.sources[file.source];
  std::string name = join(source.place, file.location);
  const auto state = state_of(name, AT_SYMLINK_NOFOLLOW);
  if (state && is_beneath(source.place, file.location)) return SeenFile{std::move(name), *state};
  return file.is_adopted ? look_in_folder(source, file) : std::nullopt;
}

}  // namespace hubcache::hub
