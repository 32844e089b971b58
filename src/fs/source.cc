#include "fs/source.h"

#include <fcntl.h>

#include "base/language.h"
#include "base/text.h"
#include "fs/system_error.h"

namespace hubcache::fs {

Result<Source> open_source(const Name& name) {
  const Root::Entry entry = name.entry();
  const int flags = source_flags | (name.root() ? O_NOFOLLOW : 0);
  Descriptor file;
  if (entry.folder != -1)
    file = Descriptor(uninterrupted([&] { return openat(entry.folder, entry.name.c_str(), flags); }));
  return check_source(std::move(file), name.path());
}

Result<Source> check_source(Descriptor file, const std::filesystem::path& name) {
  Source source{std::move(file), {}};
  if (!source.file || fstat(source.file.get(), &source.status) != 0) {
    return system_error(errno, say("read {}", in_quotes(name.native())));
  }
  if (!S_ISREG(source.status.st_mode)) {
    return Error{ErrorCode::failed, say("cannot read {}: it is not a regular file", in_quotes(name.native())),
                 say("use a regular file, or remove this one")};
  }
  return source;
}

}  // namespace hubcache::fs
