#include <cerrno>
#include <cstddef>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/file.h"
#include "fs/listing.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

constexpr int deepest = 256;  // each level holds a descriptor; deeper folders are not removed
constexpr std::size_t most_names = 10'000'000;

Descriptor open_folder(int parent, const char* name) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  return Descriptor(uninterrupted([&] { return openat(parent, name, flags); }));
}

/// Removes the folder by rmdir(2), which removes only empty folders, even if the name was replaced meanwhile.
Result<void> remove_if_empty(int parent, const char* name, const std::string& shown) {
  if (unlinkat(parent, name, AT_REMOVEDIR) == 0) return {};
  if (errno == ENOTEMPTY || errno == EEXIST || errno == ENOENT || errno == ENOTDIR || errno == EBUSY) return {};
  return system_error(errno, say("remove the empty folder {}", in_quotes(shown)));
}

Result<void> remove_tree(int parent, const char* name, const std::string& shown, int depth) {
  const Descriptor folder = open_folder(parent, name);
  if (!folder) {
    const bool is_no_folder = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
    return is_no_folder ? Result<void>{} : remove_if_empty(parent, name, shown);
  }
  Listing inside;
  if (inside.read(folder.get(), most_names) != 0) return {};
  for (const Listing::Entry& entry : inside.entries()) {
    if ((entry.type != DT_DIR && entry.type != DT_UNKNOWN) || depth == deepest) continue;
    TRY(remove_tree(folder.get(), inside.name(entry), shown + "/" + inside.name(entry), depth + 1));
  }
  return remove_if_empty(parent, name, shown);
}

}  // namespace

bool remove_folder_if_empty(const Name& folder) {
  const Root::Entry entry = folder.entry();
  if (entry.folder == -1 || unlinkat(entry.folder, entry.name.c_str(), AT_REMOVEDIR) != 0) return false;
  folder.forget();
  return true;
}

Result<void> remove_empty_folders(const Name& folder) {
  const Root::Entry entry = folder.entry();
  if (entry.folder == -1) return {};
  // With a trailing slash, the name of a symlink would mean its target.
  const std::string bare = entry.name.substr(0, entry.name.find_last_not_of('/') + 1);
  auto removed = remove_tree(entry.folder, bare.c_str(), folder.path().native(), 0);
  folder.forget();
  return removed;
}

}  // namespace hubcache::fs
