#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

Error cannot_rename(const path& from, const path& to, int number) {
  return system_error(number, "rename " + in_quotes(from.native()) + " to " + in_quotes(to.native()));
}

path parent_of(const path& name) { return name.has_parent_path() ? name.parent_path() : path("."); }

/// Two names of one file: by a process that was killed before it could unlink the first. One name, however it is
/// written, is not: that would be the last of the file.
Result<bool> is_half_done(const path& from, const path& to) {
  const Status file = TRY(status_of(from));
  if (file.links < 2 || !is_same_file(file, TRY(status_of(to)))) return false;
  if (from.filename() != to.filename()) return true;
  return !is_same_file(TRY(status_of_target(parent_of(from))), TRY(status_of_target(parent_of(to))));
}

Result<bool> link_and_unlink(const path& from, const path& to) {
  if (linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) != 0) {
    const int number = errno;
    if (number != EEXIST) return cannot_rename(from, to, number);
    if (!TRY(is_half_done(from, to))) return false;
  }
  if (unlink(from.c_str()) == 0) return true;
  const Error error = cannot_rename(from, to, errno);
  unlink(to.c_str());
  return error;
}

/// Between the check and the rename another process could make `to`. Where a folder is renamed, it then fails, unless
/// that is an empty folder; a file is for rename_away() alone.
Result<bool> check_and_rename(const path& from, const path& to) {
  if (TRY(status_of(to)).kind != Kind::missing) return false;
  if (rename(from.c_str(), to.c_str()) == 0) return true;
  const int number = errno;
  if (TRY(status_of(to)).kind != Kind::missing) return false;
  return cannot_rename(from, to, number);
}

Result<bool> link_or_rename(const path& from, const path& to) {
  const bool is_folder = TRY(status_of(from)).kind == Kind::folder;
  return is_folder ? check_and_rename(from, to) : link_and_unlink(from, to);
}

Result<bool> rename_or(Result<bool> (*without_flag)(const path&, const path&), const path& from, const path& to) {
  if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  if (errno == EEXIST) return false;
  return is_unsupported(errno) ? without_flag(from, to) : cannot_rename(from, to, errno);
}

}  // namespace

Result<bool> rename_new(const path& from, const path& to) { return rename_or(link_or_rename, from, to); }

Result<bool> rename_away(const path& from, const path& to) { return rename_or(check_and_rename, from, to); }

Result<void> replace(const path& from, const path& to) {
  if (rename(from.c_str(), to.c_str()) == 0) return {};
  return cannot_rename(from, to, errno);
}

Result<bool> exchange(const path& one, const path& other) {
  if (renameat2(AT_FDCWD, one.c_str(), AT_FDCWD, other.c_str(), RENAME_EXCHANGE) == 0) return true;
  if (is_unsupported(errno)) return false;
  return system_error(errno, "exchange " + in_quotes(one.native()) + " and " + in_quotes(other.native()));
}

}  // namespace hubcache::fs
