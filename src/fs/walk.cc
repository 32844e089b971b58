#include "fs/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/text.h"
#include "base/try.h"

namespace hubcache::fs {
namespace {

constexpr int deepest = 64;
constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

using Visit = std::function<Descend(const std::string&, const Status&)>;

std::int64_t nanoseconds(const timespec& time) { return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec; }

Kind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return Kind::file;
  if (S_ISDIR(mode)) return Kind::folder;
  return S_ISLNK(mode) ? Kind::symlink : Kind::other;
}

Status from(const struct stat& data) {
  Status status;
  status.kind = kind_of(data.st_mode);
  status.stamp = {data.st_ino, static_cast<std::uint64_t>(data.st_size), nanoseconds(data.st_mtim),
                  nanoseconds(data.st_ctim)};
  status.device = data.st_dev;
  status.links = static_cast<std::uint32_t>(data.st_nlink);
  return status;
}

/// Takes the descriptor over.
Result<void> walk_open_folder(int descriptor, std::string& prefix, const std::string& shown, int depth, int flags,
                              const Visit& visit) {
  DIR* stream = fdopendir(descriptor);
  if (!stream) {
    close(descriptor);
    return Error{ErrorCode::failed, "cannot list " + in_quotes(shown) + ": " + std::strerror(errno), ""};
  }
  Result<void> result;
  const std::size_t length = prefix.size();
  while (const dirent* entry = readdir(stream)) {
    const std::string_view name = entry->d_name;
    struct stat data;
    if (name == "." || name == ".." || fstatat(descriptor, entry->d_name, &data, AT_SYMLINK_NOFOLLOW) != 0) continue;
    prefix += name;
    if (visit(prefix, from(data)) == Descend::yes && depth < deepest) {
      const int inner = openat(descriptor, entry->d_name, flags);
      if (inner >= 0) {
        prefix += '/';
        result = walk_open_folder(inner, prefix, shown, depth + 1, flags, visit);
      } else if (errno == EACCES || errno == EPERM) {
        result = Error{ErrorCode::failed,
                       "cannot look into " + in_quotes(shown + "/" + prefix) + ": " + std::strerror(errno),
                       "give yourself the right to read it"};
      }
    }
    prefix.resize(length);
    if (!result) break;
  }
  closedir(stream);
  return result;
}

/// Takes the descriptor over; -1 with errno where the folder could not be opened.
Result<void> walk_opened(int descriptor, const std::filesystem::path& folder, int flags, const Visit& visit) {
  if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) return {};
  if (descriptor < 0) {
    return Error{ErrorCode::failed, "cannot look into " + in_quotes(folder.native()) + ": " + std::strerror(errno),
                 "give yourself the right to read it"};
  }
  std::string prefix;
  return walk_open_folder(descriptor, prefix, folder.native(), 0, flags, visit);
}

}  // namespace

Result<void> walk(const std::filesystem::path& folder, const Visit& visit) {
  return walk_opened(open(folder.c_str(), folder_flags), folder, folder_flags, visit);
}

Result<void> walk_below(const Name& folder, const Visit& visit) {
  constexpr int flags = folder_flags | O_NOFOLLOW;
  const Root::Entry entry = folder.entry();
  const int descriptor = entry.folder == -1 ? -1 : openat(entry.folder, entry.name.c_str(), flags);
  if (descriptor < 0 && errno == ELOOP) return {};
  return walk_opened(descriptor, folder.path(), flags, visit);
}

}  // namespace hubcache::fs
