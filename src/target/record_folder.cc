#include "target/record_folder.h"

#include <algorithm>

#include "base/try.h"
#include "fs/file.h"
#include "fs/walk.h"

namespace hubcache::target {

using std::filesystem::path;

Result<path> record_folder(const path& root, const path& beside, const path& name) {
  // A place that is a symlink will be moved aside as such: what it leads to is the user's.
  const bool is_link = TRY(fs::status_of(root)).kind == fs::Kind::symlink;
  const path anchor = is_link ? root.parent_path() : root;
  if (TRY(fs::same_file_system(beside, anchor))) return beside / own_folder / name;
  if (TRY(fs::same_file_system(root.parent_path(), anchor))) return root.parent_path() / own_folder / root.filename();
  return root / own_folder;
}

Result<std::vector<std::string>> recorded_names(const path& records) {
  std::vector<std::string> names;
  TRY(fs::walk(records, [&](const std::string& name, const fs::Status& status) {
    const path folder = records / name;
    const bool is_record = std::filesystem::exists(folder / "record.jsonl") || std::filesystem::exists(folder / "kept");
    if (status.kind == fs::Kind::folder && is_record) names.push_back(name);
    return fs::Descend::no;
  }));
  std::ranges::sort(names);
  return names;
}

}  // namespace hubcache::target
