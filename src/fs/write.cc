#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include <fcntl.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/file.h"
#include "fs/new_file.h"
#include "fs/system_error.h"
#include "fs/walk.h"

namespace hubcache::fs {

namespace {

constexpr unsigned usual_mode = 0666, own_mode = 0644;

Result<void> write(const path& name, unsigned mode, const std::function<Result<void>(const Put&)>& produce) {
  NewFile file = TRY(NewFile::create_temporary(name.parent_path(), mode));
  TRY(produce([&](std::string_view bytes) { return file.write(bytes); }));
  TRY(file.sync());
  TRY(replace(file.name(), name));
  file.keep();
  return sync_folder(name.parent_path());
}

}  // namespace

Result<void> write_atomically(const path& name, std::string_view bytes) {
  return write(name, usual_mode, [bytes](const Put& put) { return put(bytes); });
}

Result<void> write_own_file(const path& name, std::string_view bytes) {
  return write_own_file(name, [bytes](const Put& put) { return put(bytes); });
}

Result<void> write_own_file(const path& name, const std::function<Result<void>(const Put&)>& produce) {
  return write(name, own_mode, produce);
}

Result<void> write_new(const Name& name, std::string_view bytes) {
  NewFile file = TRY(NewFile::create_temporary(name.parent()));
  TRY(file.write(bytes));
  TRY(file.sync());
  if (!TRY(rename_new(file.name(), name)))
    return system_error(EEXIST, say("create {}", in_quotes(name.path().native())));
  file.keep();
  return {};
}

Result<void> remove_unfinished(const path& folder) {
  std::vector<std::string> names;
  TRY(walk(folder, [&](const std::string& name, const Status& status) {
    if (status.kind == Kind::file && is_temporary_name(name)) names.push_back(name);
    return Descend::no;
  }));
  for (const std::string& name : names) TRY(remove_file(folder / name));
  return {};
}

Result<void> sync_folder(const Name& folder) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const Root::Entry entry = folder.entry();
  const std::string name = entry.name.empty() ? "." : entry.name;
  Descriptor file;
  if (entry.folder != -1) {
    const int links = folder.root() ? O_NOFOLLOW : 0;
    file = Descriptor(uninterrupted([&] { return openat(entry.folder, name.c_str(), flags | links); }));
  }
  // Some network and FUSE file systems cannot sync a folder; the error is ignored.
  if (file && (uninterrupted([&] { return fsync(file.get()); }) == 0 || is_unsupported(errno))) return {};
  return system_error(errno, say("write the folder {} to the disk", in_quotes(folder.path().native())));
}

Result<void> remove_file(const Name& name) {
  const Root::Entry entry = name.entry();
  if (entry.folder != -1 && unlinkat(entry.folder, entry.name.c_str(), 0) == 0) return {};
  const bool is_behind_link = entry.folder == -1 && errno == ELOOP;
  if (errno == ENOENT || errno == ENOTDIR || is_behind_link) return {};
  return system_error(errno, say("remove {}", in_quotes(name.path().native())));
}

}  // namespace hubcache::fs
