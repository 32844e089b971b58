// Reads a place of modelscope before 1.38.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hubs/modelscope/layout.h"
#include "hubs/modelscope/target.h"
#include "hubs/msc/index.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::modelscope_parts {
namespace {

/// Whether a client holds the lock: it uses flock (filelock.FileLock), and leaves the file.
bool is_held(const std::filesystem::path& lock) {
  const int descriptor = open(lock.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0) return false;
  const bool held = flock(descriptor, LOCK_SH | LOCK_NB) != 0;
  close(descriptor);  // releases the lock
  return held;
}

std::string_view no_remark(const View&) { return ""; }

}  // namespace

const Index index{".msc", RecordedAs::last_change, msc::read_index, msc::edited_index, no_remark};

Result<View> view(const Place& place) {
  View view = TRY(msc::view(place, temporary_folder));
  const std::filesystem::path lock = lock_of(place);
  if (!lock.empty() && is_held(lock)) view.busy.push_back(say("a client holds {}", in_quotes(lock.native())));
  return view;
}

}  // namespace hubcache::hub::modelscope_parts
