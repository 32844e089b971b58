#include "fs/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/levels.h"
#include "fs/stamp.h"
#include "fs/system_error.h"
#include "fs/vanished.h"

namespace hubcache::fs {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

using Visit = std::function<Descend(const std::string&, const Status&)>;

/// One walk. An unreadable entry ends it with an Error: an incomplete result must not look complete.
class Walker {
 public:
  Walker(std::string root, int flags, const Visit& visit) : root_(std::move(root)), flags_(flags), visit_(visit) {}

  /// Takes ownership of the descriptor.
  Result<void> walk(int descriptor) {
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(descriptor), closedir);
    if (!stream) {
      const int number = errno;
      close(descriptor);
      return cannot_read(number);
    }
    const std::size_t length = path_.size();
    for (errno = 0; const dirent* entry = readdir(stream.get()); errno = 0) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (length > 0) path_ += '/';
      path_ += name;
      TRY(look_at(descriptor, entry->d_name));
      path_.resize(length);
    }
    return errno == 0 || errno == ENOENT ? Result<void>() : cannot_read(errno);
  }

 private:
  Result<void> look_at(int folder, const char* name) {
    struct stat data;
    if (fstatat(folder, name, &data, AT_SYMLINK_NOFOLLOW) != 0)
      return errno == ENOENT ? Result<void>() : cannot_read(errno);
    if (visit_(path_, status_from(data)) == Descend::no) return {};
    const int inner = openat(folder, name, flags_);
    if (inner < 0) return has_vanished(errno) ? Result<void>() : cannot_read(errno);
    if (++level_ > most_levels_of_place) {
      close(inner);
      return Error{ErrorCode::failed,
                   say("{} is more than {} folders deep", in_quotes(shown()), std::to_string(most_levels_of_place)),
                   say("move it to a folder that is less deep")};
    }
    TRY(walk(inner));
    --level_;
    return {};
  }

  std::string shown() const { return path_.empty() ? root_ : root_ + "/" + path_; }
  Result<void> cannot_read(int number) const { return system_error(number, say("read {}", in_quotes(shown()))); }

  const std::string root_;
  const int flags_;
  const Visit& visit_;
  std::string path_;  ///< relative to the root
  std::size_t level_ = 0;
};

/// Takes ownership of the descriptor; -1 with errno means that the folder could not be opened.
Result<void> walk_opened(int descriptor, const std::filesystem::path& folder, int flags, const Visit& visit) {
  if (descriptor < 0 && (errno == ENOENT || errno == ENOTDIR)) return {};
  if (descriptor < 0) return system_error(errno, say("read {}", in_quotes(folder.native())));
  return Walker(folder.native(), flags, visit).walk(descriptor);
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
