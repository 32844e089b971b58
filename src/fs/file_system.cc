#include "fs/file_system.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <string_view>

#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/new_file.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

/// A line of /proc/self/mountinfo (proc(5)).
struct Mount {
  std::uint64_t id = 0;
  std::string device, point, type;  ///< `device`: "8:1"
};

/// "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw": the type follows the separator.
Mount mount_in(const std::string& line) {
  std::istringstream words(line);
  Mount mount;
  std::string skipped;
  words >> mount.id >> skipped >> mount.device >> skipped >> mount.point;
  while (words >> skipped && skipped != "-") {
  }
  words >> mount.type;
  return mount;
}

/// Returns true if `folder` is `point` or below it. The file escapes blanks in names (\040): such a point is not found.
bool is_below(std::string_view folder, std::string_view point) {
  return point == "/" || folder == point || (folder.starts_with(point) && folder.substr(point.size()).starts_with('/'));
}

/// Returns the type of the mount with the id; without an id, of the last mount at the longest path above the folder.
std::string type_of_mount(std::uint64_t id, const path& folder) {
  std::ifstream lines("/proc/self/mountinfo");
  Mount best;
  for (std::string line; std::getline(lines, line);) {
    Mount mount = mount_in(line);
    if (id != 0 ? mount.id == id : is_below(folder.native(), mount.point) && mount.point.size() >= best.point.size())
      best = std::move(mount);
  }
  return best.type;
}

bool is_of_network(std::string_view type) {
  static constexpr std::array<std::string_view, 18> types = {
      "nfs",      "nfs4",           "cifs",         "smb3",      "9p",          "afs",
      "ceph",     "fuse.ceph",      "fuse.sshfs",   "lustre",    "gpfs",        "beegfs",
      "orangefs", "fuse.glusterfs", "fuse.juicefs", "fuse.s3fs", "fuse.rclone", "virtiofs"};
  return std::ranges::find(types, type) != types.end();
}

bool has_bits(const path& name, mode_t wanted) {
  struct stat status{};
  return stat(name.c_str(), &status) == 0 && (status.st_mode & wanted) != 0;
}

}  // namespace

Result<FileSystem> file_system_of(const path& folder) {
  struct statvfs numbers{};
  if (statvfs(folder.c_str(), &numbers) != 0) return system_error(errno, say("access {}", in_quotes(folder.native())));
  FileSystem found;
  found.type = type_of_mount(TRY(status_of_target(folder)).mount, folder);
  found.is_network = is_of_network(found.type);
  found.free_bytes = static_cast<std::uint64_t>(numbers.f_bavail) * numbers.f_frsize;
  return found;
}

bool can_hard_link(const path& folder) {
  const auto one = NewFile::create_temporary(folder);
  path other;
  {
    const auto reserved = NewFile::create_temporary(folder);
    if (!one || !reserved) return false;
    other = reserved->name().path();
  }
  return make_hard_link(one->name().path(), other) && remove_file(other);
}

bool can_share_blocks(const path& folder) {
  auto one = NewFile::create_temporary(folder);
  return one && one->write(std::string(4096, 'x')) && can_reflink(one->name().path(), folder);
}

bool can_make_files(const path& folder) { return NewFile::create_temporary(folder).has_value(); }

bool may_others_read(const path& file) {
  if (!has_bits(file, S_IRGRP | S_IROTH)) return false;
  for (path folder = file.parent_path(); !folder.empty(); folder = folder.parent_path()) {
    if (!has_bits(folder, S_IXGRP | S_IXOTH)) return false;
    if (folder == folder.parent_path()) break;
  }
  return true;
}

}  // namespace hubcache::fs
