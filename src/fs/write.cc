#include <cerrno>
#include <cstdio>
#include <string>
#include <vector>

#include <fcntl.h>

#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/file.h"
#include "fs/new_file.h"
#include "fs/system_error.h"
#include "fs/walk.h"

namespace hubcache::fs {
namespace {

Result<void> write(const path& name, const path& temporary_folder,
                   const std::function<Result<void>(const Put&)>& produce) {
  NewFile file = TRY(NewFile::create_temporary(temporary_folder));
  TRY(produce([&](std::string_view bytes) { return file.write(bytes); }));
  TRY(file.sync());
  if (rename(file.name().c_str(), name.c_str()) != 0) {
    return system_error(errno, "rename " + in_quotes(file.name().native()) + " to " + in_quotes(name.native()));
  }
  file.keep();
  return sync_folder(name.parent_path());
}

}  // namespace

Result<void> write_atomically(const path& name, std::string_view bytes) {
  return write_atomically(name, bytes, name.parent_path());
}

Result<void> write_atomically(const path& name, std::string_view bytes, const path& temporary_folder) {
  return write(name, temporary_folder, [bytes](const Put& put) { return put(bytes); });
}

Result<void> write_atomically(const path& name, const std::function<Result<void>(const Put&)>& produce) {
  return write(name, name.parent_path(), produce);
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

Result<void> sync_folder(const path& folder) {
  const path at = folder.empty() ? path(".") : folder;
  const Descriptor file(uninterrupted([&] { return open(at.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  // Some network and FUSE file systems cannot sync a folder: there is nothing to be done about it.
  if (file && (uninterrupted([&] { return fsync(file.get()); }) == 0 || is_unsupported(errno))) return {};
  return system_error(errno, "write the folder " + in_quotes(at.native()) + " to the disk");
}

Result<void> remove_file(const path& name) {
  if (unlink(name.c_str()) == 0 || errno == ENOENT || errno == ENOTDIR) return {};
  return system_error(errno, "remove " + in_quotes(name.native()));
}

}  // namespace hubcache::fs
