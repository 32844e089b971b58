#include "fs/root.h"

#include <atomic>
#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

namespace hubcache::fs {
namespace {

constexpr int path_flags = O_PATH | O_DIRECTORY | O_CLOEXEC;

std::string joined(std::string_view folder, std::string_view name) {
  if (folder.empty() || name.empty()) return std::string(folder.empty() ? name : folder);
  return std::string(folder) + "/" + std::string(name);
}

Descriptor open_one(int folder, const std::string& name, int flags) {
  return Descriptor(uninterrupted([&] { return openat(folder, name.c_str(), flags | O_NOFOLLOW); }));
}

/// Opens each part with O_NOFOLLOW. With O_PATH, O_NOFOLLOW opens a symlink itself; O_DIRECTORY then refuses it.
Descriptor open_part_by_part(int folder, std::string_view relative, int flags) {
  Descriptor above;
  for (std::size_t slash = 0; (slash = relative.find('/')) != relative.npos; relative.remove_prefix(slash + 1)) {
    Descriptor inner = open_one(above ? above.get() : folder, std::string(relative.substr(0, slash)), path_flags);
    if (!inner) return {};
    above = std::move(inner);
  }
  return open_one(above ? above.get() : folder, std::string(relative), flags);
}

}  // namespace

const int Name::plain_folder = AT_FDCWD;

Descriptor open_below(int folder, const std::string& relative, int flags) {
  static std::atomic<bool> has_openat2 = true;
  if (relative.empty()) return Descriptor(fcntl(folder, F_DUPFD_CLOEXEC, 0));
  if (has_openat2) {
    open_how how{};
    how.flags = static_cast<std::uint64_t>(flags);
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
    Descriptor opened(static_cast<int>(
        uninterrupted([&] { return syscall(SYS_openat2, folder, relative.c_str(), &how, sizeof how); })));
    if (opened || (errno != ENOSYS && errno != EPERM)) return opened;
    has_openat2 = errno != ENOSYS;
  }
  return open_part_by_part(folder, relative, flags);
}

Root::Root(std::filesystem::path folder) : folder_(std::move(folder)) {
  const std::filesystem::path bare = folder_.has_filename() ? folder_ : folder_.parent_path();
  name_ = bare.filename().native();
  anchor_folder_ = bare.has_parent_path() ? bare.parent_path() : std::filesystem::path(".");
  // "/", "." and ".." are not names in the folder above them, so the folder itself is the anchor.
  if (name_.empty() || name_ == "." || name_ == "..") {
    anchor_folder_ = folder_;
    name_.clear();
  }
}

std::filesystem::path Root::path_of(std::string_view relative) const {
  return relative.empty() ? folder_ : folder_ / relative;
}

int Root::open_anchor() const {
  if (!anchor_) anchor_ = Descriptor(uninterrupted([&] { return open(anchor_folder_.c_str(), path_flags); }));
  return anchor_.get();
}

int Root::open_folder(std::string_view relative) const {
  auto& [latest, older] = recent_;
  if (latest.folder && latest.relative == relative) return latest.folder.get();
  if (older.folder && older.relative == relative) {
    std::swap(latest, older);
    return latest.folder.get();
  }
  if (open_anchor() < 0) return -1;
  Descriptor opened = open_below(anchor_.get(), joined(name_, relative), path_flags);
  if (!opened) return -1;
  older = std::exchange(latest, {std::string(relative), std::move(opened)});
  return latest.folder.get();
}

Root::Entry Root::entry(std::string_view relative) const {
  if (relative.empty()) return {open_anchor(), name_.empty() ? "." : name_};
  const auto slash = relative.rfind('/');
  if (slash == relative.npos) return {open_folder(""), std::string(relative)};
  return {open_folder(relative.substr(0, slash)), std::string(relative.substr(slash + 1))};
}

void Root::forget(std::string_view relative) const {
  for (Recent& recent : recent_) {
    const bool is_inside = relative.empty() || recent.relative == relative ||
                           (recent.relative.starts_with(relative) && recent.relative[relative.size()] == '/');
    if (is_inside) recent = {};
  }
}

bool Root::is_removed() const {
  struct stat status;
  return anchor_ && fstat(anchor_.get(), &status) == 0 && status.st_nlink == 0;
}

void Root::reopen() const {
  forget("");
  anchor_ = Descriptor();
}

Name Name::parent() const {
  if (!root_) return std::filesystem::path(relative_).parent_path();
  const auto slash = relative_.rfind('/');
  return {*root_, slash == relative_.npos ? std::string_view() : std::string_view(relative_).substr(0, slash)};
}

Name Name::operator/(std::string_view inner) const {
  Name name = *this;
  name.relative_ = root_ ? joined(relative_, inner) : (std::filesystem::path(relative_) / inner).native();
  return name;
}

}  // namespace hubcache::fs
