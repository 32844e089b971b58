#include "adopt/apply.h"

#include <algorithm>
#include <span>

#include "adopt/graft.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "fs/walk.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Phase;
using record::Record;
using std::filesystem::path;

constexpr std::uint64_t largest_metadata = 512ull << 20;
constexpr std::uint64_t large_copy = 1ull << 30;  // bytes; more is asked for

Result<void> make_link(LinkKind kind, const path& original, const path& name) {
  switch (kind) {
    case LinkKind::symlink: return fs::make_symlink(original, name);
    case LinkKind::hardlink: return fs::make_hard_link(original, name);
    case LinkKind::reflink: return fs::make_reflink(original, name);
    case LinkKind::copy: return fs::make_copy(original, name);
    case LinkKind::in_place: return fs::make_hard_link_to_name(original, name);
  }
  return {};
}

bool is_retiring(const Entry& entry) { return entry.retiring; }

/// What was staged stands in the place now, as `stamp` says.
void take_over_staged(Entry& entry, const FileStamp& stamp) {
  entry.placed = stamp;
  entry.source = entry.staged->source;
  entry.link = entry.staged->link;
  entry.staged.reset();
}

/// What was exchanged out of the place at `relative`. In a folder, what is hubcache's own is disposed of by itself.
Result<void> set_all_aside(const path& item, const std::string& relative, const fs::Status& before,
                           const Record& record, Custody& custody) {
  for (const std::string& name : TRY(names_beneath(item))) {
    const Entry* entry = record.find(relative + "/" + name);
    if (!entry || !is_ours(TRY(fs::status_of(item / name)), *entry)) continue;
    TRY(custody.dispose(item / name, *entry));
  }
  const bool is_emptied = TRY(fs::status_of(item)).kind == fs::Kind::folder && TRY(names_beneath(item)).empty();
  return is_emptied ? fs::remove_empty_folders(item) : custody.set_aside(item, relative, before, record.find(relative));
}

class Applier {
 public:
  Applier(const target::Target& target, const target::View& view, Plan& plan, Custody& custody,
          const AdoptRequest& request)
      : target_(target),
        view_(view),
        place_(view.place),
        plan_(plan),
        next_(plan.next),
        custody_(custody),
        tell_(request.tell),
        ask_(request.ask) {}

  Result<AdoptReport> run() {
    TRY(announce());
    TRY(remember_metadata());
    TRY(next_.in_place ? keep_second_links() : replace_files());
    TRY(set_leftovers_aside());
    TRY(write_metadata());
    TRY(finish_record());
    plan_.report.kept = custody_.kept();
    plan_.report.displaced = custody_.displaced_count();
    return std::move(plan_.report);
  }

 private:
  Entry& entry(std::size_t index) { return next_.entries[index]; }
  path source_of(const Entry& entry) const { return next_.folder / entry.path.str(); }
  path placed_at(const Entry& entry) const { return place_.root / entry.location().str(); }

  Result<void> announce() {
    if (plan_.report.link != LinkKind::copy || plan_.to_place.empty()) return {};
    for (const auto index : plan_.to_place) plan_.report.copied_bytes += entry(index).staged->source.size;
    const std::string what = counted(plan_.to_place.size(), "file") + ", " + human_size(plan_.report.copied_bytes) +
                             ", to " + in_quotes(place_.root.native());
    if (ask_ && plan_.report.copied_bytes > large_copy && !ask_("copy " + what + "?")) {
      return Error{ErrorCode::conflict, "not copied: " + what,
                   "say yes, or --yes; a folder on the place's file system needs no copy"};
    }
    if (tell_) tell_("copying " + what);
    return {};
  }

  /// An unfinished download keeps the SDK from ever finishing that file (file_download.http_get_model_file, 0.3.9).
  Result<void> set_leftovers_aside() {
    if (view_.leftovers.empty()) return {};
    if (!TRY(fs::same_file_system(place_.temporary, place_.record))) {
      plan_.report.warnings.push_back("unfinished downloads lie in " + in_quotes(place_.temporary.native()) +
                                      " and may keep the SDK from downloading these files; delete them");
      return {};
    }
    for (const auto& leftover : view_.leftovers) {
      TRY(custody_.take_out_and_keep(place_.temporary / leftover.path, "._tmp/" + leftover.path));
    }
    return {};
  }

  Result<void> keep_second_links() {
    TRY(save(Phase::staging));
    TRY(bring_back_mine());
    // These first: a folder may stand now where a file was, or the other way round.
    for (const Entry& gone : next_.entries) {
      if (gone.retiring) TRY(drop_second_link(gone));
    }
    TRY(fs::remove_empty_folders(custody_.originals()));
    for (const auto index : plan_.to_place) TRY(keep_second_link(entry(index)));
    TRY(note_what_is_written());
    return save(Phase::applying);
  }

  Result<void> bring_back_mine() {
    std::vector<std::string> names;
    for (const auto index : plan_.to_restore) {
      names.push_back(entry(index).location().str());
      entry(index).source = TRY(fs::status_of(custody_.originals() / names.back())).stamp;
    }
    return put_originals_back(view_, names, custody_);
  }

  /// Of a file that the user has removed; it may be the last name of these bytes.
  Result<void> drop_second_link(const Entry& gone) {
    const path second = custody_.originals() / gone.location().str();
    const fs::Status status = TRY(fs::status_beneath(custody_.originals(), gone.location().str()));
    if (status.kind == fs::Kind::missing || status.kind == fs::Kind::folder) return {};
    return status.links > 1 ? fs::remove_file(second) : custody_.keep(second, gone.location().str());
  }

  Result<void> keep_second_link(Entry& entry) {
    const path second = custody_.originals() / entry.location().str();
    const fs::Status present = TRY(fs::status_beneath(custody_.originals(), entry.location().str()));
    const fs::Status wanted = TRY(fs::status_of(placed_at(entry)));
    if (present.kind == fs::Kind::missing || present.stamp.inode != wanted.stamp.inode) {
      TRY(custody_.take_out_and_keep(second, entry.location().str()));
      TRY(fs::make_folders(second.parent_path()));
      TRY(make_link(LinkKind::in_place, placed_at(entry), second));
    }
    entry.placed = TRY(fs::status_of(second)).stamp;
    return {};
  }

  Result<void> replace_files() {
    TRY(save(Phase::staging));
    TRY(stage_links());
    TRY(note_what_is_written());
    if (!view_.root_exists) TRY(write_metadata_to(custody_.stage()));  // so that a new place appears whole
    TRY(note_displaced(next_, is_retiring, custody_));
    TRY(save(Phase::applying));
    for (const auto index : plan_.to_place) TRY(keep_what_is_led_to(entry(index)));
    TRY(graft(custody_.stage(), place_.root,
              [&](const path& item, const std::string& relative, const fs::Status& before) {
                return set_all_aside(item, relative, before, next_, custody_);
              }));
    TRY(take_out_entries(place_, next_, is_retiring, custody_));
    return fs::remove_empty_folders(custody_.stage());
  }

  /// Hugging Face's cache: once no snapshot leads to a blob, `hf cache prune` deletes it, edited or not.
  Result<void> keep_what_is_led_to(const Entry& entry) {
    const target::PlacedFile* file = view_.file(entry.location().str());
    if (!file || file->kind != fs::Kind::symlink || !file->exists) return {};
    const path name = placed_at(entry);
    const path target = (name.parent_path() / TRY(fs::read_symlink(name))).lexically_normal();
    const std::string relative = target.lexically_relative(place_.root).native();
    const bool is_within = !relative.empty() && relative != "." && !relative.starts_with("..");
    if (!is_within || TRY(fs::status_beneath(place_.root, relative)).kind != fs::Kind::file) return {};
    const path second = custody_.led_to() / relative;
    if (TRY(fs::status_of(second)).kind != fs::Kind::missing) return {};
    TRY(fs::make_folders(second.parent_path()));
    return fs::make_hard_link_to_name(target, second);
  }

  Result<void> stage_links() {
    std::vector<path> folders;
    for (const auto index : plan_.to_place) {
      const path name = custody_.stage() / entry(index).location().str();
      if (path parent = name.parent_path(); folders.empty() || parent != folders.back()) {
        TRY(fs::make_folders(parent));
        folders.push_back(std::move(parent));
      }
      TRY(make_link(entry(index).staged->link, source_of(entry(index)), name));
      entry(index).staged->stamp = TRY(fs::status_of(name)).stamp;
    }
    // Only now: a journal that the first one writes to the disk holds them all.
    for (const path& folder : folders) TRY(fs::sync_folder(folder));
    return {};
  }

  Result<void> write_metadata_to(const path& folder) {
    TRY(fs::make_folders(folder));
    const bool index_is_good = view_.index_state == target::IndexState::good;
    if (place_.has_index)
      TRY(write_metadata_file(folder, std::string(target_.index_name()), plan_.index, index_is_good, custody_));
    for (const auto& file : plan_.metadata) TRY(write_metadata_file(folder, file.name, *file.bytes, true, custody_));
    return {};
  }

  /// Recorded before it is done: a run that is killed leaves either the old or the new, and both are hubcache's.
  Result<void> note_what_is_written() {
    TRY(keep_index_before());
    if (place_.has_index) next_.index_wrote.push_back(digest::sha256_hex(plan_.index));
    for (const auto& file : plan_.metadata) next_.metadata_wrote[file.name].push_back(*file.bytes);
    const auto& link = place_.name_link;
    if (link && TRY(fs::status_of(link->name)).kind == fs::Kind::missing) next_.made_name_link = true;
    return {};
  }

  void forget_what_was_written_before() {
    if (place_.has_index) next_.index_wrote = {next_.index_wrote.back()};
    for (auto& [name, versions] : next_.metadata_wrote) versions = {versions.back()};
    for (const std::string& name : plan_.old_metadata) {
      next_.metadata_wrote.erase(name);
      next_.metadata_had.erase(name);
    }
  }

  Result<void> remember_metadata() {
    for (const auto& file : plan_.metadata) {
      if (next_.metadata_had.contains(file.name)) continue;
      const bool is_file = TRY(fs::status_beneath(place_.root, file.name)).kind == fs::Kind::file;
      next_.metadata_had[file.name] =
          is_file ? std::optional(TRY(fs::read_file(place_.root / file.name, largest_metadata))) : std::nullopt;
    }
    return {};
  }

  /// The very file, by a second link: whatever is written later is written beside and renamed. Another user's file is
  /// copied: to link it is not permitted (fs.protected_hardlinks).
  Result<void> keep_index_before() {
    const bool is_first = next_.index_wrote.empty();
    if (!place_.has_index || !is_first || view_.index_state != target::IndexState::good) return {};
    if (TRY(fs::status_of(custody_.index_before())).kind != fs::Kind::missing) return {};
    const path index = place_.root / target_.index_name();
    const bool is_linked = fs::make_hard_link_to_name(index, custody_.index_before()).has_value();
    return is_linked ? Result<void>() : fs::make_copy(index, custody_.index_before());
  }

  Result<void> write_metadata() {
    TRY(write_metadata_to(place_.root));
    for (const std::string& name : plan_.old_metadata) TRY(undo_metadata_file(place_, next_, name, custody_));
    for (const std::string& name : plan_.in_the_way) {
      const bool is_there = TRY(fs::status_beneath(place_.root, name)).kind != fs::Kind::missing;
      if (is_there) TRY(custody_.displace(place_.root / name, name));
    }
    return make_name_link();
  }

  /// snapshot_download._snapshot_download does not make the parent folder, and only warns where the link fails.
  Result<void> make_name_link() {
    if (!place_.name_link) return {};
    const auto& [name, target] = *place_.name_link;
    if (TRY(fs::status_of(name)).kind != fs::Kind::missing) return {};
    if (TRY(fs::status_of_target(name.parent_path())).kind != fs::Kind::folder) return {};
    return fs::make_symlink(target, name);
  }

  Result<void> finish_record() {
    std::erase_if(next_.entries, is_retiring);
    for (Entry& e : next_.entries) {
      e.outdated.clear();
      if (e.staged) take_over_staged(e, TRY(stamp_in_place(e)));
    }
    next_.folder_changes = false;
    forget_what_was_written_before();
    return save(Phase::done);
  }

  /// The rename into the place has changed a copy's ctime, by which an edit is told later; that of a link does not
  /// count. Where another program has put something else there since, it remains as it was staged: what stands there is
  /// not ours.
  Result<FileStamp> stamp_in_place(const Entry& e) const {
    const auto& [staged, source, link] = *e.staged;
    if (link == LinkKind::symlink || link == LinkKind::hardlink) return staged;
    const FileStamp present = TRY(fs::status_beneath(place_.root, e.location().str())).stamp;
    return same_but_ctime(present, staged) ? present : staged;
  }

  Result<void> save(Phase phase) {
    next_.phase = phase;
    return record::save(place_.record, next_);
  }

  const target::Target& target_;
  const target::View& view_;
  const target::Place& place_;
  Plan& plan_;
  Record& next_;
  Custody& custody_;
  const std::function<void(std::string_view)>& tell_;
  const std::function<bool(std::string_view)>& ask_;
};

/// Before anything was moved, all that is staged is a link or a copy of hubcache's own; in place, a second link, or the
/// client's version that it was exchanged for.
Result<void> clear_staged(const path& stage, const std::optional<Record>& record, Custody& custody) {
  for (const std::string& relative : TRY(names_beneath(stage))) {
    const fs::Status status = TRY(fs::status_of(stage / relative));
    const bool stands_elsewhere = (record && !record->in_place) || status.links > 1;
    if (stands_elsewhere) TRY(fs::remove_file(stage / relative));
    else TRY(custody.keep(stage / relative, relative));
  }
  return {};
}

/// A metadata file of a new place, which was not moved there yet.
bool is_written_by_us(const path& item, const std::string& name, const Record& record) {
  const auto bytes = fs::read_file(item, largest_metadata);
  if (!bytes) return false;
  const auto wrote = record.metadata_wrote.find(name);
  if (wrote != record.metadata_wrote.end()) return std::ranges::find(wrote->second, *bytes) != wrote->second.end();
  return !record.find(name) &&
         std::ranges::find(record.index_wrote, digest::sha256_hex(*bytes)) != record.index_wrote.end();
}

/// What a run that was cut off had moved aside by the first of two renames.
Result<void> sort_out_parked(const path& stage, const Record& record, Custody& custody) {
  std::vector<std::string> names;
  TRY(fs::walk(stage, [&](const std::string& relative, const fs::Status& status) {
    const bool parked = relative.ends_with(parked_suffix);
    if (parked) names.push_back(relative);
    return status.kind == fs::Kind::folder && !parked ? fs::Descend::yes : fs::Descend::no;
  }));
  for (const std::string& relative : names) {
    const std::string was_at = relative.substr(0, relative.size() - parked_suffix.size());
    TRY(set_all_aside(stage / relative, was_at, TRY(fs::status_of(stage / relative)), record, custody));
  }
  return {};
}

/// After a move had begun, a staged name holds either what was to be moved or what stood in its way. Of a copy nobody
/// can say any more whether it was edited: it is kept.
Result<void> sort_out_staged(const path& stage, const Record& record, Custody& custody) {
  TRY(sort_out_parked(stage, record, custody));
  for (const std::string& name : TRY(names_beneath(stage))) {
    const path item = stage / name;
    if (is_written_by_us(item, name, record)) TRY(fs::remove_file(item));
    else TRY(custody.set_aside(item, name, TRY(fs::status_of(item)), record.find(name)));
  }
  return {};
}

/// Makes hubcache's own folder as it is between two commands.
Result<void> clear_up(const std::optional<Record>& record, Custody& custody) {
  const path stage = custody.stage();
  TRY(fs::remove_unfinished(custody.unfinished()));
  path parked = stage;
  parked += parked_suffix;
  if (TRY(fs::status_of(parked)).kind != fs::Kind::missing) TRY(custody.displace(parked, ""));
  const fs::Kind kind = TRY(fs::status_of(stage)).kind;
  if (kind == fs::Kind::missing) return {};
  // The whole stage was exchanged for a place that was no folder.
  if (kind != fs::Kind::folder) return custody.displace(stage, "");
  const bool untouched = !record || record->phase == Phase::staging;
  TRY(untouched ? clear_staged(stage, record, custody) : sort_out_staged(stage, *record, custody));
  return fs::remove_empty_folders(stage);
}

/// The second links of files that are still the same in the place.
Result<void> drop_second_links(const target::Place& place, const Record& record, const Custody& custody) {
  for (const Entry& entry : record.entries) {
    const fs::Status second = TRY(fs::status_beneath(custody.originals(), entry.location().str()));
    const fs::Status mine = TRY(fs::status_beneath(place.root, entry.location().str()));
    if (fs::is_same_file(second, mine)) TRY(fs::remove_file(custody.originals() / entry.location().str()));
  }
  return fs::remove_empty_folders(custody.originals());
}

/// Leaves it where something stands in its way, or its folder is gone or has become a symlink: graft() sees to that.
Result<void> put_back(const path& displaced, const path& root, const RelPath& relative) {
  if (TRY(fs::status_beneath(displaced, relative.str())).kind == fs::Kind::missing) return {};
  const bool at_top = relative.parent().empty();
  const fs::Status folder = TRY(at_top ? fs::status_of(root) : fs::status_beneath(root, relative.parent()));
  if (folder.kind == fs::Kind::folder) TRY(fs::rename_new(displaced / relative.str(), root / relative.str()));
  return {};
}

/// Where it was a file in the user's folder and is a folder now.
bool has_entries_beneath(const Record& record, const Entry& entry) {
  const std::string beneath = entry.location().str() + "/";
  const auto location = [](const Entry& one) { return std::string_view(one.location().str()); };
  const auto first = std::ranges::lower_bound(record.entries, beneath, {}, location);
  return first != record.entries.end() && location(*first).starts_with(beneath);
}

/// What is no folder on the way to a metadata file is in the way: nothing is ever written through a link.
Result<void> make_folders_beneath(const path& root, const path& folder, Custody& custody) {
  path at;
  for (const path& part : folder) {
    at /= part;
    const fs::Kind kind = TRY(fs::status_of(root / at)).kind;
    if (kind != fs::Kind::folder && kind != fs::Kind::missing) TRY(custody.displace(root / at, at.native()));
  }
  TRY(fs::make_folders(root / folder));
  return {};
}

}  // namespace

Result<AdoptReport> apply(const target::Target& target, const target::View& view, Plan plan, Custody& custody,
                          const AdoptRequest& request) {
  return Applier(target, view, plan, custody, request).run();
}

Result<void> put_originals_back(const target::View& view, const std::vector<std::string>& names, Custody& custody) {
  const LinkKind link =
      view.moves_by_rename ? LinkKind::in_place : LinkKind::copy;  // else the client writes through it
  for (const std::string& relative : names) {
    const path name = custody.stage() / relative;
    TRY(fs::make_folders(name.parent_path()));
    TRY(make_link(link, custody.originals() / relative, name));
  }
  TRY(graft(custody.stage(), view.place.root, [&](const path& item, const std::string& relative, const fs::Status&) {
    return custody.keep(item, relative);
  }));
  return fs::remove_empty_folders(custody.stage());
}

Result<std::vector<std::string>> names_beneath(const path& folder) {
  std::vector<std::string> names;
  if (TRY(fs::status_of(folder)).kind != fs::Kind::folder) return names;
  TRY(fs::walk(folder, [&](const std::string& relative, const fs::Status& status) {
    if (status.kind == fs::Kind::folder) return fs::Descend::yes;
    names.push_back(relative);
    return fs::Descend::no;
  }));
  return names;
}

Result<void> recover(const target::Place& place, std::optional<Record>& record, Custody& custody) {
  TRY(clear_up(record, custody));
  // The index may change before the next run: that one is then what it was before.
  const bool never_wrote = record && record->phase == Phase::staging && record->index_wrote.empty();
  if (never_wrote) TRY(fs::remove_file(custody.index_before()));
  for (Entry& entry : record ? std::span(record->entries) : std::span<Entry>()) {
    if (!entry.staged) continue;
    Entry staged_only = entry;
    staged_only.placed.reset();
    const fs::Status status = TRY(fs::status_beneath(place.root, entry.location().str()));
    if (is_ours(status, staged_only)) take_over_staged(entry, status.stamp);
    entry.staged.reset();
  }
  return {};
}

Result<bool> withdraw(const target::Place& place, const std::optional<Record>& before, Custody& custody) {
  auto record = TRY(record::load(place.record));
  if (!record || record->phase != Phase::staging || (record->in_place && before))
    return !record || record->phase != Phase::applying;
  TRY(recover(place, record, custody));
  if (record->in_place) TRY(drop_second_links(place, *record, custody));
  TRY(before ? record::save(place.record, *before) : fs::remove_file(place.record / "record.jsonl"));
  return true;
}

Result<void> note_displaced(Record& record, const std::function<bool(const Entry&)>& goes, const Custody& custody) {
  for (Entry& entry : record.entries) {
    if (!goes(entry) || entry.displaced) continue;
    const fs::Status status = TRY(fs::status_beneath(custody.displaced(), entry.location().str()));
    if (status.kind != fs::Kind::missing) entry.displaced = status.stamp;
  }
  return {};
}

Result<void> take_out_entries(const target::Place& place, const Record& record,
                              const std::function<bool(const Entry&)>& goes, Custody& custody) {
  for (const Entry& entry : record.entries) {
    if (!goes(entry) || !entry.placed) continue;
    const fs::Status present = TRY(fs::status_beneath(place.root, entry.location().str()));
    if (present.kind == fs::Kind::folder && has_entries_beneath(record, entry)) continue;
    const bool is_back = entry.displaced && present.stamp.inode == entry.displaced->inode;
    if (!is_back) TRY(custody.take_out(place.root, entry));
    TRY(put_back(custody.displaced(), place.root, entry.location()));
  }
  return {};
}

Result<void> write_metadata_file(const path& folder, const std::string& name, std::string_view bytes, bool replaceable,
                                 Custody& custody) {
  const path file = folder / name;
  TRY(make_folders_beneath(folder, path(name).parent_path(), custody));
  const fs::Status status = TRY(fs::status_of(file));
  if (status.kind == fs::Kind::file && fs::has_bytes(file, bytes).value_or(false)) return {};
  if (status.kind != fs::Kind::missing && (status.kind != fs::Kind::file || !replaceable))
    TRY(custody.displace(file, name));
  return fs::write_atomically(file, bytes, custody.unfinished());
}

Result<bool> undo_metadata_file(const target::Place& place, const Record& record, const std::string& name,
                                Custody& custody) {
  const path file = place.root / name;
  if (TRY(fs::status_beneath(place.root, name)).kind != fs::Kind::file) return false;
  const std::string present = TRY(fs::read_file(file, largest_metadata));
  const auto& wrote = record.metadata_wrote.at(name);
  if (std::ranges::find(wrote, present) == wrote.end()) return false;
  const auto before = record.metadata_had.find(name);
  const auto had = before == record.metadata_had.end() ? std::nullopt : before->second;
  if (had != present) TRY(had ? fs::write_atomically(file, *had, custody.unfinished()) : fs::remove_file(file));
  return true;
}

}  // namespace hubcache::adoption
