#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "base/language.h"
#include "base/system_call.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

Error cannot_rename(const Name& from, const Name& to, int number) {
  return system_error(number, say("rename {} to {}", in_quotes(from.path().native()), in_quotes(to.path().native())));
}

/// The two names of a rename, in their open folders. Must be made for each call: other calls may open other folders.
struct Pair {
  Pair(const Name& one, const Name& other) : from(one.entry()), to(other.entry()) {}
  bool is_open() const { return from.folder != -1 && to.folder != -1; }
  Root::Entry from, to;
};

bool rename_by(const Name& from, const Name& to, unsigned flags) {
  const Pair pair(from, to);
  if (!pair.is_open()) return false;
  const auto& [one, other] = pair;
  if (system_call::renameat2(one.folder, one.name.c_str(), other.folder, other.name.c_str(), flags) != 0) return false;
  from.forget();
  to.forget();
  return true;
}

bool plain_rename(const Name& from, const Name& to) {
  const Pair pair(from, to);
  if (!pair.is_open()) return false;
  if (renameat(pair.from.folder, pair.from.name.c_str(), pair.to.folder, pair.to.name.c_str()) != 0) return false;
  from.forget();
  to.forget();
  return true;
}

bool unlink_name(const Name& name) {
  const Root::Entry entry = name.entry();
  return entry.folder != -1 && unlinkat(entry.folder, entry.name.c_str(), 0) == 0;
}

/// Returns the status of the folder that contains a name; follows symlinks if the name is a plain path.
Result<Status> folder_of(const Name& name) {
  if (name.root()) return status_of(name.parent());
  const path folder = name.path().parent_path();
  return status_of_target(folder.empty() ? path(".") : folder);
}

/// Returns true if both are names of one file because a process was killed before it could unlink the first. Returns
/// false for one name in two spellings: unlinking it would delete the file.
Result<bool> is_half_done(const Name& from, const Name& to) {
  const Status file = TRY(status_of(from));
  if (file.links < 2 || !is_same_file(file, TRY(status_of(to)))) return false;
  if (from.path().filename() != to.path().filename()) return true;
  return !is_same_file(TRY(folder_of(from)), TRY(folder_of(to)));
}

/// Another process could make `to` between the check and the rename. Renaming a folder then fails, unless `to` is an
/// empty folder. For files, only rename_away() does this, and rename_new() if hard links are refused.
Result<bool> check_and_rename(const Name& from, const Name& to) {
  if (TRY(status_of(to)).kind != Kind::missing) return false;
  if (plain_rename(from, to)) return true;
  const int number = errno;
  if (TRY(status_of(to)).kind != Kind::missing) return false;
  return cannot_rename(from, to, number);
}

Result<bool> link_and_unlink(const Name& from, const Name& to) {
  const Pair pair(from, to);
  if (!pair.is_open() ||
      linkat(pair.from.folder, pair.from.name.c_str(), pair.to.folder, pair.to.name.c_str(), 0) != 0) {
    const int number = errno;
    if (is_link_refused(number)) return check_and_rename(from, to);
    if (number != EEXIST) return cannot_rename(from, to, number);
    if (!TRY(is_half_done(from, to))) return false;
  }
  if (unlink_name(from)) return true;
  const Error error = cannot_rename(from, to, errno);
  unlink_name(to);
  return error;
}

Result<bool> link_or_rename(const Name& from, const Name& to) {
  const bool is_folder = TRY(status_of(from)).kind == Kind::folder;
  return is_folder ? check_and_rename(from, to) : link_and_unlink(from, to);
}

Result<bool> rename_or(Result<bool> (*without_flag)(const Name&, const Name&), const Name& from, const Name& to) {
  if (rename_by(from, to, RENAME_NOREPLACE)) return true;
  if (errno == EEXIST) return false;
  return is_unsupported(errno) ? without_flag(from, to) : cannot_rename(from, to, errno);
}

}  // namespace

Result<bool> rename_new(const Name& from, const Name& to) { return rename_or(link_or_rename, from, to); }

Result<bool> rename_away(const Name& from, const Name& to) { return rename_or(check_and_rename, from, to); }

Result<void> replace(const Name& from, const Name& to) {
  if (plain_rename(from, to)) return {};
  return cannot_rename(from, to, errno);
}

Result<bool> exchange(const Name& one, const Name& other) {
  if (rename_by(one, other, RENAME_EXCHANGE)) return true;
  if (is_unsupported(errno)) return false;
  return system_error(errno,
                      say("exchange {} and {}", in_quotes(one.path().native()), in_quotes(other.path().native())));
}

}  // namespace hubcache::fs
