#include "adoption/made_folders.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/try.h"
#include "fs/file.h"

namespace hubcache::adoption {
namespace {

using std::filesystem::path;

void add_folders_above(const std::string& location, std::set<std::string>& folders) {
  for (auto slash = location.find('/'); slash != location.npos; slash = location.find('/', slash + 1))
    folders.insert(location.substr(0, slash));
}

}  // namespace

Result<FoundFolders> found_folders(const path& place) {
  FoundFolders found;
  found.has_place = TRY(fs::status_of(place)).kind == fs::Kind::folder;
  for (path folder = place.parent_path(); folder.has_relative_path(); folder = folder.parent_path()) {
    if (TRY(fs::status_of(folder)).kind != fs::Kind::missing) break;
    ++found.missing_above;
  }
  return found;
}

Result<void> note_folders_before(record::Record& record, const Custody& custody) {
  std::set<std::string> used, made;
  for (const record::Entry& entry : record.entries) {
    add_folders_above(entry.location().str(), used);
    if (entry.placed) add_folders_above(entry.location().str(), made);
  }
  for (const auto& [name, versions] : record.metadata_wrote) {
    add_folders_above(name, used);
    add_folders_above(name, made);
  }
  for (const auto& [name, bytes] : record.metadata_had) add_folders_above(name, used);
  std::set<std::string> before(record.folders_before.begin(), record.folders_before.end());
  for (const std::string& folder : used) {
    if (!made.contains(folder) && TRY(fs::status_of(custody.at(folder))).kind == fs::Kind::folder)
      before.insert(folder);
  }
  record.folders_before.assign(before.begin(), before.end());
  return {};
}

Result<void> remove_folders_above(const std::string& location, const record::Record& record, const Custody& custody) {
  for (path folder = path(location).parent_path(); !folder.empty(); folder = folder.parent_path()) {
    if (std::ranges::binary_search(record.folders_before, folder.native())) break;
    const fs::Name name = custody.at(folder.native());
    const fs::Kind kind = TRY(fs::status_of(name)).kind;
    if (kind == fs::Kind::missing) continue;
    if (kind != fs::Kind::folder || !fs::remove_folder_if_empty(name)) break;
  }
  return {};
}

void remove_made_folders(const path& place, const record::Record& record) {
  if (record.place_existed || record.in_place) return;
  path folder = place;
  fs::remove_folder_if_empty(folder);
  for (std::uint32_t level = 0; level < record.made_above; ++level) {
    folder = folder.parent_path();
    if (!fs::remove_folder_if_empty(folder) && fs::status_of(folder).value_or(fs::Status()).kind != fs::Kind::missing)
      break;
  }
}

}  // namespace hubcache::adoption
