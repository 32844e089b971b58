#include <algorithm>

#include "base/language.h"
#include "hubs/aistudio/target.h"
#include "hubs/msc/index.h"

namespace hubcache::hub::aistudio_parts {
namespace {

/// Recognizes an index that the wiki page's script has written: the script records the SDK's own files (`.mdl`,
/// `.msc`), because it lists the folder after it has written `.mdl`, and records N/A for files about which the hub did
/// not answer.
std::string_view remark(const View& view) {
  const bool is_by_wiki_script = std::ranges::any_of(view.index, [](const IndexRecord& record) {
    return record.path == ".mdl" || record.path == ".msc" || record.revision == "N/A";
  });
  return is_by_wiki_script ? translated(
                                 "the wiki page's script wrote the index: aistudio-sdk overwrites your files in "
                                 "sub-folders and those with N/A; run hubcache adopt instead")
                           : "";
}

}  // namespace

const Index index{".msc", RecordedAs::content, msc::read_index, msc::edited_index, remark};

}  // namespace hubcache::hub::aistudio_parts
