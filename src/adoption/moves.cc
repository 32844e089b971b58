#include "adoption/moves.h"

#include <algorithm>
#include <string_view>

#include "adoption/graft.h"
#include "base/try.h"
#include "fs/copy.h"
#include "fs/walk.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Record;

/// Restores a displaced file. Leaves it in displaced/ if its location is occupied, or its folder is missing or is a
/// symlink now: graft() handles these cases.
Result<void> put_back(const Custody& custody, const RelPath& relative) {
  const fs::Name displaced = custody.displaced(relative.str()), name = custody.at(relative.str());
  if (TRY(fs::status_of(displaced)).kind == fs::Kind::missing) return {};
  if (TRY(fs::status_of(name.parent())).kind == fs::Kind::folder) TRY(fs::rename_new(displaced, name));
  return {};
}

}  // namespace

bool has_entries_beneath(const Record& record, std::string_view location) {
  const std::string beneath = std::string(location) + "/";
  const auto location_of = [](const Entry& one) { return std::string_view(one.location().str()); };
  const auto first = std::ranges::lower_bound(record.entries, beneath, {}, location_of);
  return first != record.entries.end() && location_of(*first).starts_with(beneath);
}

Result<std::vector<std::string>> names_beneath(const fs::Name& folder) {
  std::vector<std::string> names;
  if (TRY(fs::status_of(folder)).kind != fs::Kind::folder) return names;
  TRY(fs::walk_below(folder, [&](const std::string& relative, const fs::Status& status) {
    if (status.kind == fs::Kind::folder) return fs::Descend::yes;
    names.push_back(relative);
    return fs::Descend::no;
  }));
  return names;
}

void take_over_staged(Entry& entry, const FileStamp& stamp) {
  entry.placed = stamp;
  entry.placed_at.reset();
  entry.source = entry.staged->source;
  entry.link = entry.staged->link;
  entry.staged.reset();
}

Result<void> make_link(LinkKind kind, const std::filesystem::path& original, const fs::Name& name) {
  switch (kind) {
    case LinkKind::symlink: return fs::make_symlink(original, name);
    case LinkKind::hardlink: return fs::make_hard_link(original, name);
    case LinkKind::reflink: return fs::make_reflink(original, name);
    case LinkKind::copy: return fs::make_copy_unless_cancelled(original, name);
    case LinkKind::in_place: return fs::make_hard_link_to_name(original, name);
  }
  return {};
}

Result<void> set_all_aside(const fs::Name& item, const std::string& relative, const fs::Status& before,
                           const Record& record, Custody& custody) {
  bool has_disposed = false;
  for (const std::string& name : TRY(names_beneath(item))) {
    const Entry* entry = record.find(relative + "/" + name);
    if (!entry || !is_ours(TRY(fs::status_of(item / name)), *entry)) continue;
    TRY(custody.dispose(item / name, *entry));
    has_disposed = true;
  }
  const bool is_made = has_disposed && !std::ranges::binary_search(record.folders_before, relative);
  const bool is_emptied = is_made && TRY(names_beneath(item)).empty();
  return is_emptied ? fs::remove_empty_folders(item) : custody.set_aside(item, relative, before, record.find(relative));
}

Result<void> note_displaced(Record& record, const EntryFilter& goes, const Custody& custody) {
  for (Entry& entry : record.entries) {
    if (!goes(entry) || entry.displaced) continue;
    const fs::Status status = TRY(fs::status_of(custody.displaced(entry.location().str())));
    if (status.kind != fs::Kind::missing) entry.displaced = status.stamp;
  }
  return {};
}

Result<void> take_out_entries(const Record& record, const EntryFilter& goes, Custody& custody) {
  for (const Entry& entry : record.entries) {
    if (!goes(entry) || !entry.placed) continue;
    const fs::Status present = TRY(fs::status_of(custody.at(entry)));
    if (present.kind == fs::Kind::folder && has_entries_beneath(record, entry.location().str())) continue;
    const bool is_back = entry.displaced && present.stamp.inode == entry.displaced->inode;
    if (!is_back) TRY(custody.take_out(entry));
    TRY(put_back(custody, entry.location()));
  }
  return {};
}

Result<std::optional<std::string>> target_in_place(const hub::View& view, const std::string& location,
                                                   const Custody& custody) {
  const hub::PlacedFile* file = view.file(location);
  if (!file || file->kind != fs::Kind::symlink || !file->exists) return std::nullopt;
  const auto folder = custody.at(location).path().parent_path();
  const auto target = (folder / TRY(fs::read_symlink(custody.at(location)))).lexically_normal();
  std::string relative = target.lexically_relative(custody.place().folder()).native();
  const bool is_within = !relative.empty() && relative != "." && !relative.starts_with("..");
  if (!is_within || TRY(fs::status_of(custody.at(relative))).kind != fs::Kind::file) return std::nullopt;
  return relative;
}

Result<void> put_originals_back(const hub::View& view, const std::vector<std::string>& names, Custody& custody) {
  for (const std::string& relative : names) {
    const fs::Name original = custody.originals(relative), name = custody.stage(relative);
    TRY(custody.make_folders_above(name));
    // If the client writes into the file instead of renaming a new one over it, it writes through a second link: make a
    // copy.
    TRY(view.moves_by_rename ? fs::make_hard_link_to_name(original, name) : fs::make_copy(original, name));
  }
  TRY(graft(custody.stage(), custody.at(""), custody.parked(),
            [&](const fs::Name& item, const std::string& relative, const fs::Status&) {
              return custody.keep(item, relative);
            }));
  return fs::remove_empty_folders(custody.stage());
}

}  // namespace hubcache::adoption
