#include "adoption/folder_changes.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "adoption/command_line.h"
#include "adoption/gather.h"
#include "base/language.h"
#include "base/try.h"
#include "fs/file.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Record;

/// Returns true if the user's file is no longer what the client gets. For a hard link, the inode differs, because an
/// editor has renamed a new file over the name. For a copy or reflink, the stamp of the user's file has changed.
bool is_changed(const Entry& entry, const LocalFile& file) {
  switch (entry.link) {
    case LinkKind::hardlink: return !entry.placed || file.stamp.inode != entry.placed->inode;
    case LinkKind::copy:
    case LinkKind::reflink: return file.stamp != entry.source;
    default: return false;
  }
}

/// Returns true if a folder above the file is a file on the hub: an adoption skips the file. Compares with the recorded
/// hub files that the user's folder lacked.
bool is_in_the_way_of_hub(const record::AdoptedRevision& adopted, const std::string& path) {
  const auto below = std::ranges::lower_bound(adopted.hub_only, path + "/");
  if (below != adopted.hub_only.end() && below->starts_with(path + "/")) return true;
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    if (std::ranges::binary_search(adopted.hub_only, path.substr(0, slash))) return true;
  }
  return false;
}

/// Returns true if an adoption would take a new file at this path, at one of the adopted revisions at least.
bool is_taken(const hub::Target& target, const Record& record, const RelPath& path) {
  return std::ranges::any_of(record.revisions, [&](const record::AdoptedRevision& adopted) {
    const auto revision = Revision::parse(adopted.name);
    return revision && target.layout.location(path, {*revision, adopted.version}) &&
           !is_in_the_way_of_hub(adopted, path.str());
  });
}

}  // namespace

Result<FolderChanges> folder_changes(const Environment& environment, const Site& site, const Record& record) {
  FolderChanges changes;
  const fs::Status folder = TRY(fs::status_of_target(record.folder));
  changes.is_missing = folder.kind == fs::Kind::missing;
  if (changes.is_missing) return changes;
  const LocalTree local = TRY(scan_folder(environment, {site}, {record.folder, record.include, record.exclude}));
  std::set<std::string_view> adopted;  // by path: entries are sorted by location
  for (const Entry& entry : record.entries) {
    adopted.insert(entry.path.str());
    const LocalFile* file = local.find(entry.path.str());
    const LeftOut* left_out = file ? nullptr : local.find_left_out(entry.path.str());
    if (file) changes.changed += is_changed(entry, *file);
    else if (left_out) ++changes.unread;
    else ++changes.removed;
  }
  changes.added = static_cast<std::uint64_t>(std::ranges::count_if(local.files, [&](const LocalFile& file) {
    return !adopted.contains(file.path.str()) && is_taken(*site.target, record, file.path);
  }));
  return changes;
}

std::string ways_without_folder(const AdoptionName& adoption) {
  return say("put it back, run hubcache adopt with its new path, or run {}", command_on("release", adoption));
}

}  // namespace hubcache::adoption
