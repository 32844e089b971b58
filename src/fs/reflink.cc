#include <cerrno>

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/finish_copy.h"
#include "fs/nearest.h"
#include "fs/new_file.h"
#include "fs/source.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

bool clone(int from, int to) {
  return uninterrupted([&] { return ioctl(to, FICLONE, from); }) == 0;
}

}  // namespace

Result<void> make_reflink(const Name& original, const Name& name) {
  const Source source = TRY(open_source(original));
  NewFile copy = TRY(NewFile::create(name, source.status.st_mode & 0777));
  if (!clone(source.file.get(), copy.descriptor())) {
    return system_error(errno,
                        say("reflink {} to {}", in_quotes(original.path().native()), in_quotes(name.path().native())));
  }
  return finish_copy(source, original, copy);
}

bool can_reflink(const path& source_file, const path& folder) {
  const auto source = open_source(source_file);
  const auto existing = nearest_existing(folder);
  if (!source || !existing) return false;
  // A file without a name leaves no trace, not even in the folder's times.
  constexpr int flags = O_TMPFILE | O_WRONLY | O_CLOEXEC;
  const Descriptor nameless(uninterrupted([&] { return open(existing->folder.c_str(), flags, 0600); }));
  if (nameless) return clone(source->file.get(), nameless.get());
  const auto named = NewFile::create_temporary(existing->folder);
  return named && clone(source->file.get(), named->descriptor());
}

}  // namespace hubcache::fs
