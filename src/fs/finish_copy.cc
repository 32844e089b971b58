#include "fs/finish_copy.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/stamp.h"
#include "fs/system_error.h"

namespace hubcache::fs {

Result<void> finish_copy(const Source& source, const Name& original, NewFile& copy) {
  const timespec times[] = {source.status.st_atim, source.status.st_mtim};
  if (futimens(copy.descriptor(), times) != 0) {
    return system_error(errno, say("set the times of {}", in_quotes(copy.name().path().native())));
  }
  TRY(copy.sync());
  struct stat now;
  if (fstat(source.file.get(), &now) != 0)
    return system_error(errno, say("access {}", in_quotes(original.path().native())));
  if (stamp_of(now) != stamp_of(source.status)) {
    return Error{ErrorCode::failed, say("{} changed during the copy", in_quotes(original.path().native())),
                 say("stop the program that writes to the file, then run the command again")};
  }
  copy.keep();
  return {};
}

}  // namespace hubcache::fs
