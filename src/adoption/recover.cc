#include "adoption/recover.h"

#include <span>
#include <string>
#include <vector>

#include "adoption/graft.h"
#include "adoption/led_to.h"
#include "adoption/metadata.h"
#include "adoption/moves.h"
#include "base/try.h"
#include "fs/walk.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Phase;
using record::Record;

/// Returns the entry as if its staged file had been placed.
Entry as_staged(const Entry& entry) {
  Entry staged = entry;
  staged.source = entry.staged->source;
  return staged;
}

/// True if the copy was not completed: fs::make_copy() sets the size of the original at the end.
bool is_cut_off(const fs::Status& status, const record::Staged& staged) {
  return staged.link == LinkKind::copy && status.kind == fs::Kind::file && status.stamp.size < staged.source.size;
}

/// Returns an entry to dispose of an incomplete copy: if the user has removed the original, the copy goes to kept/
/// under a name with ".incomplete".
Entry as_incomplete(Entry staged) {
  if (auto name = RelPath::parse(staged.location().str() + ".incomplete")) staged.elsewhere = *std::move(name);
  return staged;
}

/// Clears the stage of a run that had not moved anything yet. The stage then contains only hubcache's own files:
/// metadata, links and copies, whose originals the user may have removed since. In place, a staged file is a second
/// link, or the client's version that the link was exchanged for.
Result<void> clear_staged(const std::optional<Record>& record, Custody& custody) {
  for (const std::string& relative : TRY(names_beneath(custody.stage()))) {
    const fs::Name item = custody.stage(relative);
    const Entry* entry = record && !record->in_place ? record->find(relative) : nullptr;
    if (entry && entry->staged && is_cut_off(TRY(fs::status_of(item)), *entry->staged))
      TRY(custody.dispose(item, as_incomplete(as_staged(*entry))));
    else if (entry && entry->staged) TRY(custody.dispose(item, as_staged(*entry)));
    else if (record && !record->in_place) TRY(fs::remove_file(item));
    else TRY(custody.drop_second_name(item, relative));
  }
  return {};
}

/// Sets aside what a killed run had moved out by the first of two renames: the place itself, or files below it.
Result<void> sort_out_parked(const std::optional<Record>& record, Custody& custody) {
  const fs::Name parked = custody.parked();
  const fs::Kind kind = TRY(fs::status_of(parked)).kind;
  if (kind == fs::Kind::missing) return {};
  if (kind != fs::Kind::folder) return custody.displace(parked, "");
  const Record none;
  const Record& known = record ? *record : none;
  std::vector<std::string> names;
  TRY(fs::walk_below(parked, [&](const std::string& relative, const fs::Status& status) {
    // A folder at the path of a user's file was moved as a whole.
    const bool is_above = status.kind == fs::Kind::folder && !known.find(relative);
    if (!is_above) names.push_back(relative);
    return is_above ? fs::Descend::yes : fs::Descend::no;
  }));
  for (const std::string& name : names) {
    const fs::Name item = custody.parked(name);
    TRY(set_all_aside(item, name, TRY(fs::status_of(item)), known, custody));
  }
  return fs::remove_empty_folders(parked);
}

/// True for a staged metadata file of a new place that was not moved there yet.
bool is_metadata_of_ours(const fs::Name& item, const std::string& name, const Record& record,
                         std::string_view index_name) {
  const auto bytes = fs::read_file(item, largest_metadata);
  return bytes && !record.find(name) && is_written_by_us(record, name, index_name, *bytes);
}

/// Returns the folders in the stage that have the name of a file of the record: they were in the way of that file and
/// were exchanged with it.
Result<std::vector<std::string>> folders_for_files(const Record& record, const fs::Name& stage) {
  std::vector<std::string> names;
  TRY(fs::walk_below(stage, [&](const std::string& relative, const fs::Status& status) {
    if (status.kind != fs::Kind::folder) return fs::Descend::no;
    const Entry* entry = record.find(relative);
    if (!entry || has_entries_beneath(record, entry->location().str())) return fs::Descend::yes;
    names.push_back(relative);
    return fs::Descend::no;
  }));
  return names;
}

/// Clears the stage of a run that had begun to move files. A name in the stage is then either a new file that was not
/// moved yet, or an old file that was moved out of the place. An old copy goes to kept/, because it may have been
/// edited: the move has changed its ctime, so is_ours() does not recognise it.
Result<void> sort_out_staged(const Record& record, std::string_view index_name, Custody& custody) {
  for (const std::string& name : TRY(folders_for_files(record, custody.stage()))) {
    const fs::Name item = custody.stage(name);
    TRY(set_all_aside(item, name, TRY(fs::status_of(item)), record, custody));
  }
  for (const std::string& name : TRY(names_beneath(custody.stage()))) {
    const fs::Name item = custody.stage(name);
    if (is_metadata_of_ours(item, name, record, index_name)) TRY(fs::remove_file(item));
    else TRY(custody.set_aside(item, name, TRY(fs::status_of(item)), record.find(name)));
  }
  return {};
}

/// Restores the state that hubcache's own folder has between two commands.
Result<void> clear_up(const std::optional<Record>& record, std::string_view index_name, Custody& custody) {
  const fs::Name stage = custody.stage();
  TRY(fs::remove_unfinished(custody.folder()));
  TRY(custody.take_out_and_keep(custody.saved(), "saved"));
  if (record) TRY(recover_metadata(custody, *record, index_name));
  TRY(sort_out_parked(record, custody));
  const fs::Kind kind = TRY(fs::status_of(stage)).kind;
  if (kind == fs::Kind::missing) return {};
  // The whole stage was exchanged for a place that was not a folder.
  if (kind != fs::Kind::folder) return custody.displace(stage, "");
  const bool untouched = !record || record->phase == Phase::staging;
  TRY(untouched ? clear_staged(record, custody) : sort_out_staged(*record, index_name, custody));
  return fs::remove_empty_folders(stage);
}

/// Removes the second links of files that are still the same in the place.
Result<void> drop_second_links(const Record& record, Custody& custody) {
  for (const Entry& entry : record.entries) {
    const fs::Name second = custody.originals(entry.location().str());
    if (fs::is_same_file(TRY(fs::status_of(second)), TRY(fs::status_of(custody.at(entry)))))
      TRY(custody.drop_second_name(second, entry.location().str()));
  }
  return fs::remove_empty_folders(custody.originals());
}

Result<void> undo_what_is_led_to(Custody& custody) {
  TRY(drop_what_is_led_to(custody, [](const std::string&) { return false; }));
  TRY(graft(
      custody.led_to(), custody.at(""), custody.parked(),
      [&](const fs::Name& item, const std::string& name, const fs::Status&) { return custody.keep(item, name); }));
  return fs::remove_empty_folders(custody.led_to());
}

/// True if the entry was removed from the place and the file that it had displaced is at its location again.
Result<bool> is_displaced_back(const Entry& entry, const Custody& custody) {
  if (!entry.retiring || !entry.displaced) return false;
  return TRY(fs::status_of(custody.at(entry))).stamp.inode == entry.displaced->inode;
}

}  // namespace

Result<void> recover(const hub::Target& target, std::optional<Record>& record, Custody& custody) {
  TRY(clear_up(record, target.index_name(), custody));
  // The index was not written yet, or was restored already. The client may write the index before the next adoption, so
  // that adoption saves it anew as index.before.
  const bool is_untouched = record && (record->phase == Phase::staging || record->phase == Phase::releasing);
  if (is_untouched && record->index_wrote.empty()) TRY(fs::remove_file(custody.index_before()));
  for (Entry& entry : record ? std::span(record->entries) : std::span<Entry>()) {
    if (TRY(is_displaced_back(entry, custody))) entry.placed.reset();
    if (!entry.staged) continue;
    Entry staged_only = entry;
    staged_only.placed.reset();
    const fs::Status status = TRY(fs::status_of(custody.at(entry)));
    if (is_ours(status, staged_only)) take_over_staged(entry, status.stamp);
    entry.staged.reset();
  }
  return {};
}

Result<bool> withdraw(const hub::Target& target, const std::optional<Record>& before, Custody& custody) {
  auto record = TRY(record::load(custody.folder(), record::Trust::anybody));  // the place is locked
  if (!record || record->phase != Phase::staging || (record->in_place && before))
    return !record || record->phase != Phase::applying;
  TRY(recover(target, record, custody));
  if (record->in_place) TRY(drop_second_links(*record, custody));
  if (!before) TRY(undo_what_is_led_to(custody));
  TRY(before ? record::save(custody.folder(), *before) : record::remove(custody.folder()));
  return true;
}

}  // namespace hubcache::adoption
