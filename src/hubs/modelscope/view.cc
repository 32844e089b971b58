// Reads a place of modelscope before 1.38.
#include "hubs/msc/view.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/lock.h"
#include "hubs/modelscope/layout.h"
#include "hubs/modelscope/target.h"
#include "hubs/msc/index.h"

namespace hubcache::hub::modelscope_parts {
namespace {

std::string_view no_remark(const View&) { return ""; }

}  // namespace

const Index index{".msc", RecordedAs::last_change, msc::read_index, msc::edited_index, no_remark};

Result<View> view(const Place& place) {
  View view = TRY(msc::view(place, temporary_folder));
  const std::filesystem::path lock = lock_of(place);
  // The client uses flock (filelock.FileLock), and leaves the file.
  if (!lock.empty() && fs::is_locked(lock)) view.busy.push_back(say("a client holds {}", in_quotes(lock.native())));
  return view;
}

}  // namespace hubcache::hub::modelscope_parts
