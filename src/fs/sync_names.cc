#include "fs/sync_names.h"

#include <cerrno>

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "fs/descriptor.h"
#include "fs/system_error.h"

namespace hubcache::fs {

Result<void> sync_names(const std::filesystem::path& folder) {
  const auto failed = [&] {
    return system_error(errno, say("write the folder {} to the disk", in_quotes(folder.native())));
  };
  const Descriptor file(uninterrupted([&] { return open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!file) return errno == ENOENT ? Result<void>() : failed();
  struct statfs status{};
  if (uninterrupted([&] { return fstatfs(file.get(), &status); }) != 0) return failed();
  if (status.f_type != BTRFS_SUPER_MAGIC) return {};
  if (uninterrupted([&] { return syncfs(file.get()); }) != 0) return failed();
  return {};
}

}  // namespace hubcache::fs
