#include "fs/held_folder.h"

#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/system_call.h"
#include "base/try.h"
#include "fs/source.h"
#include "fs/stamp.h"

namespace hubcache::fs {

HeldFolder::HeldFolder(const std::filesystem::path& folder)
    : folder_(uninterrupted([&] { return open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); })) {
  struct statx data;
  std::memset(&data, 0, sizeof data);
  if (!folder_ ||
      system_call::statx(folder_.get(), "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_INO | STATX_BTIME, &data) != 0)
    return;
  id_.inode = data.stx_ino;
  if ((data.stx_mask & STATX_BTIME) != 0) id_.born = nanoseconds(data.stx_btime.tv_sec, data.stx_btime.tv_nsec);
}

Status HeldFolder::status_of(const std::string& relative) const {
  if (!folder_) return {};
  const Descriptor file = open_below(folder_.get(), relative, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  struct stat data;
  if (!file || fstat(file.get(), &data) != 0) return {};
  return status_from(data);
}

Result<std::string> HeldFolder::read_file(const std::string& relative, std::uint64_t limit) const {
  const Source source = TRY(check_source(open_below(folder_.get(), relative, source_flags | O_NOFOLLOW), relative));
  return read_source(source, relative, limit);
}

}  // namespace hubcache::fs
