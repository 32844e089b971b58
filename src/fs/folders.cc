#include <cerrno>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/file.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

constexpr int attempts = 100;  // another attempt follows if another program removed a folder that was still empty

Error cannot_make(const path& folder, int number) {
  return system_error(number, say("make the folder {}", in_quotes(folder.native())));
}

/// Returns the missing folders on the way to `folder`, deepest first.
Result<std::vector<path>> missing_folders(const path& folder) {
  std::vector<path> missing;
  for (path at = folder; !at.empty(); at = at.parent_path()) {
    if (TRY(status_of_target(at)).kind == Kind::folder) break;
    if (at.has_filename()) missing.push_back(at);
  }
  return missing;
}

struct Made {
  int count = 0;
  int number = 0;  ///< errno of the first failure, after which the created folders were removed again
  path failed;
};

constexpr mode_t usual_mode = 0777, own_mode = 0755;

/// Makes these folders, from the last to the first. `mode` applies to the first.
Made make_all(std::vector<path> missing, mode_t mode) {
  std::vector<path> made;
  for (; !missing.empty(); missing.pop_back()) {
    const path& folder = missing.back();
    if (mkdir(folder.c_str(), missing.size() == 1 ? mode : usual_mode) == 0) {
      made.push_back(folder);
      continue;
    }
    const int number = errno;
    const auto present = status_of_target(folder);
    if (present && present->kind == Kind::folder) continue;
    for (; !made.empty(); made.pop_back()) rmdir(made.back().c_str());
    return Made{0, number, folder};
  }
  return Made{static_cast<int>(made.size()), 0, {}};
}

/// Returns true if the folder exists now, created or not.
bool make_below(int parent, const std::string& name) {
  if (mkdirat(parent, name.c_str(), 0777) == 0) return true;
  const int number = errno;
  struct stat status;
  if (number == EEXIST && fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode))
    return true;
  errno = number == EEXIST ? ENOTDIR : number;
  return false;
}

/// Makes the Root's folder and its parents. Retries if another program removes one of them while it is still empty.
Result<void> make_root(const Root& root) {
  for (int attempt = 1;; ++attempt) {
    const Root::Entry entry = root.entry("");
    if (entry.folder != -1 && (entry.name == "." || make_below(entry.folder, entry.name))) return {};
    const int number = errno;
    if (number != ENOENT || attempt == attempts) return cannot_make(root.folder(), number);
    root.reopen();
    TRY(make_folders(root.folder().parent_path()));
  }
}

Result<int> make_folders(const path& folder, mode_t mode) {
  for (int attempt = 1;; ++attempt) {
    const auto [made, number, failed] = make_all(TRY(missing_folders(folder)), mode);
    if (number == 0) return made;
    if (number != ENOENT || attempt == attempts) return cannot_make(failed, number);
  }
}

}  // namespace

bool may_look_into(const path& folder) { return faccessat(AT_FDCWD, folder.c_str(), R_OK | X_OK, AT_EACCESS) == 0; }

Result<int> make_folders(const path& folder) { return make_folders(folder, usual_mode); }

Result<int> make_own_folder(const path& folder) { return make_folders(folder, own_mode); }

Result<void> keep_others_from_writing(const path& folder) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const Descriptor opened(uninterrupted([&] { return open(folder.c_str(), flags); }));
  struct stat status;
  const bool is_open = opened && fstat(opened.get(), &status) == 0;
  const mode_t others = S_IWGRP | S_IWOTH;
  if (is_open && ((status.st_mode & others) == 0 || fchmod(opened.get(), status.st_mode & 07777 & ~others) == 0))
    return {};
  return system_error(errno, say("change the permissions of {}", in_quotes(folder.native())));
}

Result<void> make_folders_below(const Root& root, std::string_view relative) {
  const std::string inside(relative);
  if (root.entry(inside + "/.").folder != -1) return {};
  TRY(make_root(root));
  for (std::size_t end = 0; end != inside.npos && !inside.empty();) {
    end = inside.find('/', end + 1);
    const std::string folder = inside.substr(0, end);
    const Root::Entry entry = root.entry(folder);
    if (entry.folder == -1 || !make_below(entry.folder, entry.name)) return cannot_make(root.path_of(folder), errno);
  }
  return {};
}

}  // namespace hubcache::fs
