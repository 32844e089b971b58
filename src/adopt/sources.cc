#include "adopt/sources.h"

#include <algorithm>

#include "fs/file.h"

namespace hubcache::adoption {

using std::filesystem::path;

std::uint64_t inode_of(const path& folder) {
  const auto status = fs::status_of_target(folder);
  return status ? status->stamp.inode : 0;
}

Sources::Sources(const std::optional<record::Record>& record, const path& folder) : folders_{folder} {
  if (!record) {
    edits_count_ = true;
    return;
  }
  for (const path& one : {record->folder, record->folder_before}) {
    if (!one.empty() && std::ranges::find(folders_, one) == folders_.end()) folders_.push_back(one);
  }
  edits_count_ = folders_.size() == 1 && record->folder_before.empty() && inode_of(folder) == record->folder_inode;
}

bool Sources::has(const record::Entry& entry, const FileStamp& placed) const {
  return std::ranges::any_of(folders_, [&](const path& folder) {
    const auto present = fs::status_of_target(folder / entry.path.str());
    if (!present || present->kind != fs::Kind::file || present->stamp.inode == placed.inode) return false;
    const FileStamp& stamp = present->stamp;
    const bool is_as_adopted = stamp.size == entry.source.size && stamp.mtime == entry.source.mtime;
    const bool is_emptied = stamp.size == 0 && placed.size > 0;  // as good as removed
    return is_as_adopted || (edits_count_ && !is_emptied);
  });
}

}  // namespace hubcache::adoption
