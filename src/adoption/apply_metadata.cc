#include "adoption/apply_metadata.h"

#include <algorithm>

#include "adoption/index_edits.h"
#include "adoption/made_folders.h"
#include "base/try.h"

namespace hubcache::adoption {

using record::Entry;
using record::Phase;
using record::Record;

MetadataWriter::MetadataWriter(const hub::Target& target, const hub::View& view, const Plan& plan, Record& next,
                               Custody& custody)
    : target_(target),
      view_(view),
      place_(view.place),
      plan_(plan),
      next_(next),
      custody_(custody),
      index_(plan.index),
      was_cut_off_(next.is_adoption_cut_off()),
      index_is_usable_(view.index_state == hub::IndexState::good || view.index_state == hub::IndexState::missing) {}

Result<void> MetadataWriter::remember() {
  for (const auto& file : plan_.metadata) {
    const auto present = TRY(readable(TRY(present_metadata(custody_.at(file.name)))));
    const bool is_new = !next_.metadata_had.contains(file.name);
    const bool is_clients = present.bytes && outlives_us() && !is_ours(file.name, *present.bytes) &&
                            !target_.rules.is_damaged_metadata(file.name, *present.bytes);
    if (is_new || is_clients) next_.metadata_had[file.name] = present.bytes;
  }
  return {};
}

Result<void> MetadataWriter::note_what_is_written() {
  is_first_index_ = place_.index && TRY(is_index_before_us());
  TRY(keep_index_before());
  if (place_.index && plan_.writes_index) note_index_written(next_, index_);
  for (const auto& file : plan_.metadata) next_.metadata_wrote[file.name].push_back(*file.bytes);
  const auto& link = place_.name_link;
  if (link && TRY(fs::status_of(link->name)).kind == fs::Kind::missing) next_.made_name_link = true;
  return {};
}

Result<void> MetadataWriter::stage() {
  const auto stage = [&](const std::string& name, std::string_view bytes) -> Result<void> {
    TRY(custody_.make_folders_above(custody_.stage(name)));
    return fs::write_new(custody_.stage(name), bytes);
  };
  if (place_.index) TRY(stage(index_name(), index_));
  for (const auto& file : plan_.metadata) TRY(stage(file.name, *file.bytes));
  return {};
}

bool MetadataWriter::is_metadata(const std::string& name) const {
  const bool is_index = place_.index && name == index_name();
  return is_index || std::ranges::find(plan_.metadata, name, &hub::MetadataFile::name) != plan_.metadata.end();
}

Result<void> MetadataWriter::put_back(const fs::Name& item, const std::string& name) {
  TRY(custody_.make_folders_above(custody_.metadata(name)));
  TRY(fs::remove_file(custody_.metadata(name)));
  TRY(fs::replace(item, custody_.metadata(name)));
  return recover_metadata(custody_, next_, target_.index_name());
}

Result<void> MetadataWriter::write() {
  if (place_.index) TRY(write_index());
  for (const auto& file : plan_.metadata) TRY(write_other(file.name, *file.bytes));
  for (const std::string& name : plan_.old_metadata) {
    TRY(undo_metadata_file(custody_, next_, name));
    TRY(remove_folders_above(name, next_, custody_));
  }
  for (const std::string& name : plan_.in_the_way) {
    const bool is_there = TRY(fs::status_of(custody_.at(name))).kind != fs::Kind::missing;
    if (is_there) TRY(custody_.displace(custody_.at(name), name));
  }
  return make_name_link();
}

void MetadataWriter::forget_earlier_versions() {
  for (auto& [name, versions] : next_.metadata_wrote) versions = {versions.back()};
  for (const std::string& name : plan_.old_metadata) {
    next_.metadata_wrote.erase(name);
    next_.metadata_had.erase(name);
  }
}

/// Returns the Error of a file that cannot be read. Accepts a file that this user may not read: write_other() displaces
/// it, so release restores it without reading it.
Result<Present> MetadataWriter::readable(Present present) {
  if (present.problem && !is_closed_to_us(present)) return *present.problem;
  return present;
}

/// Returns true if hubcache has not written the place's present index, also if the client has created the place again
/// since the previous adoption.
Result<bool> MetadataWriter::is_index_before_us() const {
  if (next_.index_wrote.empty()) return true;
  if (TRY(fs::status_of(custody_.index_before())).kind != fs::Kind::missing) return false;
  if (view_.index_state != hub::IndexState::good || has_our_records(view_, next_)) return false;
  // All ids may have changed since the previous adoption: then hubcache's own index contains none of the record's ids.
  const Present present = TRY(present_metadata(custody_.at(index_name())));
  return !present.bytes || !is_ours(index_name(), *present.bytes);
}

/// Keeps the index from before the adoption as index.before, by a second hard link: later writers replace the index by
/// a rename and do not write into the file. Copies the file if the link fails, for example for another user's file
/// (fs.protected_hardlinks).
Result<void> MetadataWriter::keep_index_before() {
  if (!is_first_index_ || view_.index_state != hub::IndexState::good) return {};
  if (TRY(fs::status_of(custody_.index_before())).kind != fs::Kind::missing) return {};
  const fs::Name index = custody_.at(target_.index_name());
  const bool is_linked = fs::make_hard_link_to_name(index, custody_.index_before()).has_value();
  return is_linked ? Result<void>() : fs::make_copy(index, custody_.index_before());
}

bool MetadataWriter::is_ours(const std::string& name, std::string_view bytes) const {
  return is_written_by_us(next_, name, target_.index_name(), bytes);
}

/// Writes the planned index if the file has not changed since the view was taken; otherwise edits the present index.
Result<void> MetadataWriter::write_index() {
  const auto edit = [&](const Present& present) -> Result<std::optional<std::string_view>> {
    if (present.problem && view_.index_state != hub::IndexState::unreadable) return *present.problem;
    if (present.problem) return std::nullopt;
    TRY(note_merge(present));
    const bool is_as_planned = present.status.kind == fs::Kind::missing || present.bytes == index_ ||
                               same_but_ctime(present.status.stamp, view_.index_stamp);
    if (is_as_planned && present.bytes && !plan_.writes_index) return view_of(present.bytes);
    if (!is_as_planned) TRY(plan_index_again(present));
    const bool is_usable = !present.bytes || index_is_usable_;
    return is_usable ? std::optional(index_) : std::nullopt;
  };
  // The first adoption has moved the index into the place with the other files: compares it without holding its bytes.
  if (is_first_index_ && fs::has_bytes(custody_.at(index_name()), index_).value_or(false)) return {};
  TRY(keep_damaged_index());
  return write_metadata_file(custody_, index_name(), edit, [&](const fs::Name& old) { return settle_index(old); });
}

/// Sets Record::index_merged if the client has written an index since the previous adoption. The index from before the
/// adoption does not count; it can still be in the place after an interrupted run.
Result<void> MetadataWriter::note_merge(const Present& present) {
  const bool is_known = !present.bytes || is_first_index_ || next_.index_merged;
  if (is_known || is_ours(index_name(), *present.bytes) ||
      !place_.index->for_bytes(*present.bytes).read(*present.bytes))
    return {};
  if (fs::has_bytes(custody_.index_before(), *present.bytes).value_or(false)) return {};
  next_.index_merged = true;
  return save();
}

/// Deletes the replaced index. If hubcache has not written it, and index.before is not a link to it, makes it
/// index.before instead.
Result<void> MetadataWriter::settle_index(const fs::Name& old) {
  const bool is_linked = fs::is_same_file(TRY(fs::status_of(old)), TRY(fs::status_of(custody_.index_before())));
  return is_first_index_ && !is_linked ? fs::replace(old, custody_.index_before()) : fs::remove_file(old);
}

/// Moves the index to kept/ if it became damaged, unreadable or not a plain file during the adoption: release must not
/// restore it.
Result<void> MetadataWriter::keep_damaged_index() {
  using enum hub::IndexState;
  if (is_first_index_ || was_cut_off_) return {};  // it may be the index from before the adoption
  if (view_.index_state == unreadable) return custody_.take_out_and_keep(custody_.at(index_name()), index_name());
  const bool is_plain = TRY(fs::status_of(custody_.at(index_name()))).kind == fs::Kind::file;
  if (is_plain && view_.index_state != damaged) return {};
  TRY(keep_unusable(custody_, index_name(),
                    [&](const std::string& bytes) { return place_.index->for_bytes(bytes).read(bytes).has_value(); }));
  return {};
}

Result<void> MetadataWriter::plan_index_again(const Present& present) {
  const auto read = view_of_index(*place_.index, present);
  index_is_usable_ = read.has_value();
  const hub::View none;
  const hub::Index& index = read ? *read->place.index : *place_.index;
  const hub::View& now = read ? *read : none;
  for (Entry& e : next_.entries) {
    if (e.staged && !e.placed) e.had = revisions_in_index(now, e.path.str());
  }
  index_planned_again_ = edited_index(index, now, next_);
  index_ = index_planned_again_;
  note_index_written(next_, index_);
  return save();
}

Result<void> MetadataWriter::write_other(const std::string& name, const std::string& bytes) {
  const bool is_first = next_.metadata_wrote[name].size() < 2;
  const bool was_unusable = !is_first && TRY(keep_unusable(custody_, name, [&](const std::string& present) {
    return !target_.rules.is_damaged_metadata(name, present);
  }));
  const auto edit = [&](const Present& present) -> Result<std::optional<std::string_view>> {
    if (is_closed_to_us(present)) return std::nullopt;
    if (present.problem) return *present.problem;
    const bool was_kept = was_unusable && !present.bytes;
    const bool is_known = present.bytes == next_.metadata_had[name] || (present.bytes && is_ours(name, *present.bytes));
    if (was_kept || is_known || !outlives_us()) return bytes;
    // A client has written the file since: release must restore the client's version.
    next_.metadata_had[name] = present.bytes;
    TRY(save());
    return bytes;
  };
  return write_metadata_file(custody_, name, edit, fs::remove_file);
}

/// Makes the name link if it is missing. Does not create the parent folder, because clients do not either: they only
/// warn if the link fails.
Result<void> MetadataWriter::make_name_link() {
  if (!place_.name_link) return {};
  const auto& [name, target] = *place_.name_link;
  if (TRY(fs::status_of(name)).kind != fs::Kind::missing) return {};
  if (TRY(fs::status_of_target(name.parent_path())).kind != fs::Kind::folder) return {};
  return fs::make_symlink(target, name);
}

Result<void> MetadataWriter::save() {
  next_.phase = Phase::applying;
  return record::save(place_.record, next_);
}

}  // namespace hubcache::adoption
