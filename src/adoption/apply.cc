#include "adoption/apply.h"

#include <algorithm>

#include "adoption/graft.h"
#include "adoption/made_folders.h"
#include "adoption/metadata.h"
#include "adoption/moves.h"
#include "adoption/stage.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/system_error.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Phase;
using record::Record;
using std::filesystem::path;

bool is_retiring(const Entry& entry) { return entry.retiring; }

class Applier {
 public:
  Applier(const hub::Target& target, const hub::View& view, Plan& plan, Custody& custody, const AdoptRequest& request,
          const std::function<Result<void>()>& check)
      : target_(target),
        view_(view),
        place_(view.place),
        plan_(plan),
        next_(plan.next),
        custody_(custody),
        was_cut_off_(plan.next.phase == Phase::staging || plan.next.phase == Phase::applying),
        index_is_usable_(view.index_state == hub::IndexState::good || view.index_state == hub::IndexState::missing),
        request_(request),
        check_(check) {}

  Result<AdoptReport> run() {
    TRY(remember_metadata());
    if (!next_.in_place && !was_cut_off_) TRY(note_folders_before(next_, custody_));
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

  /// An unfinished download can keep a client from ever finishing that file (Action::stuck).
  Result<void> set_leftovers_aside() {
    if (view_.leftovers.empty()) return {};
    if (!TRY(fs::same_file_system(place_.temporary, place_.record))) {
      plan_.report.warnings.push_back("unfinished downloads in " + in_quotes(place_.temporary.native()) +
                                      " may block the client's downloads of these files; delete them");
      return {};
    }
    const fs::Root temporary(place_.temporary);
    for (const auto& leftover : view_.leftovers)
      TRY(custody_.take_out_and_keep({temporary, leftover.path}, "._tmp/" + leftover.path));
    return {};
  }

  Result<void> keep_second_links() {
    TRY(save(Phase::staging));
    TRY(check_());
    TRY(bring_back_mine());
    // These first: a folder may stand now where a file was, or the other way round.
    for (const Entry& gone : next_.entries) {
      if (gone.retiring) TRY(drop_second_link(gone));
    }
    TRY(fs::remove_empty_folders(custody_.originals()));
    if (!plan_.to_place.empty()) TRY(fs::make_own_folder(custody_.originals().path()));
    for (const auto index : plan_.to_place) TRY(keep_second_link(entry(index)));
    TRY(note_what_is_written());
    return save(Phase::applying);
  }

  Result<void> bring_back_mine() {
    std::vector<std::string> names;
    for (const auto index : plan_.to_restore) {
      names.push_back(entry(index).location().str());
      entry(index).source = TRY(fs::status_of(custody_.originals(names.back()))).stamp;
    }
    return put_originals_back(view_, names, custody_);
  }

  /// Of a file that the user has removed; it may be the last name of these bytes.
  Result<void> drop_second_link(const Entry& gone) {
    const fs::Name second = custody_.originals(gone.location().str());
    const fs::Kind kind = TRY(fs::status_of(second)).kind;
    if (kind == fs::Kind::missing || kind == fs::Kind::folder) return {};
    return custody_.drop_second_name(second, gone.location().str());
  }

  Result<void> keep_second_link(Entry& entry) {
    const fs::Name second = custody_.originals(entry.location().str());
    const fs::Status present = TRY(fs::status_of(second)), wanted = TRY(fs::status_of(custody_.at(entry)));
    if (present.kind == fs::Kind::missing || present.stamp.inode != wanted.stamp.inode) {
      TRY(custody_.take_out_and_keep(second, entry.location().str()));
      TRY(custody_.make_folders_above(second));
      const auto linked = fs::make_hard_link_to_name(custody_.at(entry), second);
      if (!linked) return no_second_link(linked.error());
    }
    entry.placed = TRY(fs::status_of(second)).stamp;
    return {};
  }

  /// A copy would not do: it would not have the user's later edits.
  static Error no_second_link(Error error) {
    if (!fs::is_link_refused(error.number)) return error;
    error.message += "; adoption in place requires a second hard link to each file";
    error.hint = "move the model to a folder outside the client's cache, then adopt that folder";
    return error;
  }

  Result<void> replace_files() {
    TRY(save(Phase::staging));
    TRY(check_());
    TRY(stage(target_, view_, plan_, custody_, request_));
    TRY(note_what_is_written());
    if (!view_.root_exists) TRY(stage_metadata());  // so that a new place appears whole
    TRY(note_displaced(next_, is_retiring, custody_));
    TRY(save(Phase::applying));
    TRY(graft(custody_.stage(), custody_.at(""), custody_.parked(),
              [&](const fs::Name& item, const std::string& relative, const fs::Status& before) {
                if (is_metadata(relative)) return put_metadata_back(item, relative);
                return set_all_aside(item, relative, before, next_, custody_);
              }));
    TRY(take_out_entries(next_, is_retiring, custody_));
    return fs::remove_empty_folders(custody_.stage());
  }

  bool is_metadata(const std::string& name) const {
    const bool is_index = place_.has_index && name == target_.index_name();
    return is_index || std::ranges::find(plan_.metadata, name, &hub::MetadataFile::name) != plan_.metadata.end();
  }

  Result<void> stage_metadata() {
    const auto stage = [&](const std::string& name, std::string_view bytes) -> Result<void> {
      TRY(custody_.make_folders_above(custody_.stage(name)));
      return fs::write_new(custody_.stage(name), bytes);
    };
    if (place_.has_index) TRY(stage(std::string(target_.index_name()), plan_.index));
    for (const auto& file : plan_.metadata) TRY(stage(file.name, *file.bytes));
    return {};
  }

  /// A client has written it in a place that was missing before: write_metadata() edits that.
  Result<void> put_metadata_back(const fs::Name& item, const std::string& name) {
    TRY(custody_.make_folders_above(custody_.metadata(name)));
    TRY(fs::remove_file(custody_.metadata(name)));
    TRY(fs::replace(item, custody_.metadata(name)));
    return recover_metadata(custody_, next_, target_.index_name());
  }

  /// Recorded before it is done: a run that is killed leaves either the old or the new, and both are hubcache's.
  Result<void> note_what_is_written() {
    is_first_index_ = place_.has_index && TRY(is_index_before_us());
    TRY(keep_index_before());
    if (place_.has_index && plan_.writes_index) note_index_written(next_, plan_.index);
    for (const auto& file : plan_.metadata) next_.metadata_wrote[file.name].push_back(*file.bytes);
    const auto& link = place_.name_link;
    if (link && TRY(fs::status_of(link->name)).kind == fs::Kind::missing) next_.made_name_link = true;
    return {};
  }

  void forget_what_was_written_before() {
    for (auto& [name, versions] : next_.metadata_wrote) versions = {versions.back()};
    for (const std::string& name : plan_.old_metadata) {
      next_.metadata_wrote.erase(name);
      next_.metadata_had.erase(name);
    }
  }

  /// A file that is closed to this user is displaced by write_other(), and so comes back unread.
  static Result<Present> readable(Present present) {
    if (present.problem && !is_closed_to_us(present)) return *present.problem;
    return present;
  }

  Result<void> remember_metadata() {
    const bool outlives_us = next_.place_existed || target_.keeps_additions();
    for (const auto& file : plan_.metadata) {
      const auto present = TRY(readable(TRY(present_metadata(custody_.at(file.name)))));
      const bool is_new = !next_.metadata_had.contains(file.name);
      const bool is_clients = present.bytes && outlives_us && !is_ours(file.name, *present.bytes) &&
                              !target_.is_damaged_metadata(file.name, *present.bytes);
      if (is_new || is_clients) next_.metadata_had[file.name] = present.bytes;
    }
    return {};
  }

  /// Whether hubcache has never written the place's index: also where the client has put another place there since.
  Result<bool> is_index_before_us() const {
    if (next_.index_wrote.empty()) return true;
    const bool has_none = TRY(fs::status_of(custody_.index_before())).kind == fs::Kind::missing;
    return has_none && view_.index_state == hub::IndexState::good && !has_our_records(view_, next_);
  }

  /// The very file, by a second link: whatever is written later is written beside and renamed. Another user's file is
  /// copied: to link it is not permitted (fs.protected_hardlinks).
  Result<void> keep_index_before() {
    if (!is_first_index_ || view_.index_state != hub::IndexState::good) return {};
    if (TRY(fs::status_of(custody_.index_before())).kind != fs::Kind::missing) return {};
    const fs::Name index = custody_.at(target_.index_name());
    const bool is_linked = fs::make_hard_link_to_name(index, custody_.index_before()).has_value();
    return is_linked ? Result<void>() : fs::make_copy(index, custody_.index_before());
  }

  std::string index_name() const { return std::string(target_.index_name()); }

  bool is_ours(const std::string& name, std::string_view bytes) const {
    return is_written_by_us(next_, name, target_.index_name(), bytes);
  }

  Result<void> write_metadata() {
    if (place_.has_index) TRY(write_index());
    for (const auto& file : plan_.metadata) TRY(write_other(file.name, *file.bytes));
    for (const std::string& name : plan_.old_metadata) TRY(undo_metadata_file(custody_, next_, name));
    for (const std::string& name : plan_.in_the_way) {
      const bool is_there = TRY(fs::status_of(custody_.at(name))).kind != fs::Kind::missing;
      if (is_there) TRY(custody_.displace(custody_.at(name), name));
    }
    return make_name_link();
  }

  /// The plan's index is of use as long as nobody has written the file since it was looked at.
  Result<void> write_index() {
    const auto edit = [&](const Present& present) -> Result<std::optional<std::string>> {
      if (present.problem && view_.index_state != hub::IndexState::unreadable) return *present.problem;
      if (present.problem) return std::nullopt;
      TRY(note_merge(present));
      const bool is_as_planned = present.status.kind == fs::Kind::missing || present.bytes == plan_.index ||
                                 same_but_ctime(present.status.stamp, view_.index_stamp);
      if (is_as_planned && present.bytes && !plan_.writes_index) return present.bytes;
      if (!is_as_planned) TRY(plan_index_again(present));
      const bool is_usable = !present.bytes || index_is_usable_;
      return is_usable ? std::optional(plan_.index) : std::nullopt;
    };
    TRY(keep_damaged_index());
    return write_metadata_file(custody_, index_name(), edit, [&](const fs::Name& old) { return settle_index(old); });
  }

  /// After a run that was cut off, the index from before may still be in the place: that is no merge.
  Result<void> note_merge(const Present& present) {
    const bool is_known = !present.bytes || is_first_index_ || next_.index_merged;
    if (is_known || is_ours(index_name(), *present.bytes) || !target_.read_index(*present.bytes)) return {};
    if (fs::has_bytes(custody_.index_before(), *present.bytes).value_or(false)) return {};
    next_.index_merged = true;
    return save(Phase::applying);
  }

  /// The index from before is the one that came out, also where a client has written it since it was linked.
  Result<void> settle_index(const fs::Name& old) {
    const bool is_linked = fs::is_same_file(TRY(fs::status_of(old)), TRY(fs::status_of(custody_.index_before())));
    return is_first_index_ && !is_linked ? fs::replace(old, custody_.index_before()) : fs::remove_file(old);
  }

  /// One that was damaged while the place was adopted is not the one that a release has to bring back.
  Result<void> keep_damaged_index() {
    using enum hub::IndexState;
    if (is_first_index_ || was_cut_off_) return {};  // it may be the one from before
    if (view_.index_state == unreadable) return custody_.take_out_and_keep(custody_.at(index_name()), index_name());
    const bool is_plain = TRY(fs::status_of(custody_.at(index_name()))).kind == fs::Kind::file;
    if (is_plain && view_.index_state != damaged) return {};
    TRY(keep_unusable(custody_, index_name(),
                      [&](const std::string& bytes) { return target_.read_index(bytes).has_value(); }));
    return {};
  }

  Result<void> plan_index_again(const Present& present) {
    const auto read = view_of_index(target_, present);
    index_is_usable_ = read.has_value();
    const hub::View none;
    const hub::View& now = read ? *read : none;
    for (Entry& e : next_.entries) {
      if (e.staged && !e.placed) e.had = revisions_in_index(now, e.path.str());
    }
    plan_.index = edited_index(target_, now, next_);
    note_index_written(next_, plan_.index);
    return save(Phase::applying);
  }

  Result<void> write_other(const std::string& name, const std::string& bytes) {
    const bool is_first = next_.metadata_wrote[name].size() < 2;
    const bool was_unusable = !is_first && TRY(keep_unusable(custody_, name, [&](const std::string& present) {
      return !target_.is_damaged_metadata(name, present);
    }));
    const auto edit = [&](const Present& present) -> Result<std::optional<std::string>> {
      if (is_closed_to_us(present)) return std::nullopt;
      if (present.problem) return *present.problem;
      const bool was_kept = was_unusable && !present.bytes;
      const bool is_known =
          present.bytes == next_.metadata_had[name] || (present.bytes && is_ours(name, *present.bytes));
      if (was_kept || is_known) return bytes;
      // A client has written it since: that is what a release has to bring back.
      next_.metadata_had[name] = present.bytes;
      TRY(save(Phase::applying));
      return bytes;
    };
    return write_metadata_file(custody_, name, edit, fs::remove_file);
  }

  /// Clients do not make the parent folder, and only warn where the link fails.
  Result<void> make_name_link() {
    if (!place_.name_link) return {};
    const auto& [name, target] = *place_.name_link;
    if (TRY(fs::status_of(name)).kind != fs::Kind::missing) return {};
    if (TRY(fs::status_of_target(name.parent_path())).kind != fs::Kind::folder) return {};
    return fs::make_symlink(target, name);
  }

  Result<void> finish_record() {
    for (const Entry& e : next_.entries) {
      if (e.retiring && !next_.in_place) TRY(remove_folders_above(e.location().str(), next_, custody_));
    }
    std::erase_if(next_.entries, is_retiring);
    for (Entry& e : next_.entries) {
      e.outdated.clear();
      if (e.staged) take_over_staged(e, TRY(stamp_in_place(e)));
    }
    next_.folder_before.clear();
    TRY(fs::remove_empty_folders(custody_.metadata()));
    forget_what_was_written_before();
    return save(Phase::done);
  }

  /// The rename into the place has changed a copy's ctime, by which an edit is told later; that of a link does not
  /// count. Where another program has put something else there since, it remains as it was staged: what stands there is
  /// not ours.
  Result<FileStamp> stamp_in_place(const Entry& e) const {
    const FileStamp& staged = e.staged->stamp;
    if (e.staged->link == LinkKind::symlink || e.staged->link == LinkKind::hardlink) return staged;
    const FileStamp present = TRY(fs::status_of(custody_.at(e))).stamp;
    return same_but_ctime(present, staged) ? present : staged;
  }

  Result<void> save(Phase phase) {
    next_.phase = phase;
    return record::save(place_.record, next_);
  }

  const hub::Target& target_;
  const hub::View& view_;
  const hub::Place& place_;
  Plan& plan_;
  Record& next_;
  Custody& custody_;
  const bool was_cut_off_;       ///< the adoption before this one was not completed
  bool is_first_index_ = false;  ///< the place's index is not hubcache's
  bool index_is_usable_;         ///< the present one can be read, so that it is edited
  const AdoptRequest& request_;
  const std::function<Result<void>()>& check_;
};

}  // namespace

Result<AdoptReport> apply(const hub::Target& target, const hub::View& view, Plan plan, Custody& custody,
                          const AdoptRequest& request, const std::function<Result<void>()>& check) {
  return Applier(target, view, plan, custody, request, check).run();
}

}  // namespace hubcache::adoption
