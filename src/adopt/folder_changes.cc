#include "adopt/folder_changes.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "adopt/gather.h"
#include "base/try.h"
#include "fs/file.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Record;

Result<LocalTree> scan(const Site& site, const Record& record) {
  auto include = TRY(fs::parse_globs(record.include));
  auto exclude = TRY(fs::parse_globs(record.exclude));
  return fs::scan_tree(record.folder, TRY(scan_rules({site}, record.folder, std::move(include), std::move(exclude))));
}

/// An editor that renames a new file over the name separates it from a hard link, however many other links the old
/// file has; any edit separates a copy from its source.
bool is_changed(const Entry& entry, const LocalFile& file) {
  switch (entry.link) {
    case LinkKind::hardlink: return !entry.placed || file.stamp.inode != entry.placed->inode;
    case LinkKind::copy:
    case LinkKind::reflink: return file.stamp != entry.source;
    default: return false;
  }
}

/// Whether the target keeps such a file although the hub may not have it.
bool is_kept(const target::Target& target, const Record& record, const RelPath& path) {
  return std::ranges::any_of(record.revisions, [&](const record::AdoptedRevision& adopted) {
    const auto revision = Revision::parse(adopted.name);
    return revision && target.location(path, {*revision, adopted.version});
  });
}

}  // namespace

Result<FolderChanges> folder_changes(const Site& site, const Record& record) {
  FolderChanges changes;
  if (record.in_place) return changes;
  const fs::Status folder = TRY(fs::status_of_target(record.folder));
  changes.is_missing = folder.kind == fs::Kind::missing;
  if (changes.is_missing) return changes;
  const LocalTree local = TRY(scan(site, record));
  std::set<std::string_view> adopted;  // by path: entries are sorted by location
  for (const Entry& entry : record.entries) {
    adopted.insert(entry.path.str());
    const LocalFile* file = local.find(entry.path.str());
    if (file) changes.changed += is_changed(entry, *file);
    else changes.removed += !local.find_left_out(entry.path.str());
  }
  changes.added = static_cast<std::uint64_t>(std::ranges::count_if(local.files, [&](const LocalFile& file) {
    return !adopted.contains(file.path.str()) && is_kept(*site.target, record, file.path);
  }));
  return changes;
}

}  // namespace hubcache::adoption
