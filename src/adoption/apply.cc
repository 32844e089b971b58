#include "adoption/apply.h"

#include <algorithm>
#include <iterator>

#include "adoption/apply_metadata.h"
#include "adoption/graft.h"
#include "adoption/made_folders.h"
#include "adoption/moves.h"
#include "adoption/stage.h"
#include "adoption/working_links.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/system_error.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Phase;
using record::Record;

bool is_retiring(const Entry& entry) { return entry.retiring; }

class Applier {
 public:
  Applier(const hub::Target& target, const hub::View& view, const Plan& plan, Record& next, Custody& custody,
          const AdoptRequest& request, const std::function<Result<void>()>& check)
      : target_(target),
        view_(view),
        place_(view.place),
        plan_(plan),
        next_(next),
        custody_(custody),
        metadata_(target, view, plan, next, custody),
        was_cut_off_(next.is_adoption_cut_off()),
        request_(request),
        check_(check) {}

  Result<Applied> run() {
    TRY(metadata_.remember());
    if (!next_.in_place && !was_cut_off_) TRY(note_folders_before(next_, custody_));
    TRY(next_.in_place ? keep_second_links() : replace_files());
    TRY(set_leftovers_aside());
    TRY(metadata_.write());
    std::ranges::move(make_working_links(place_, next_), std::back_inserter(applied_.warnings));
    applied_.links = count_placed(next_, plan_.to_place);
    TRY(finish_record());
    applied_.kept = custody_.kept();
    applied_.displaced = custody_.displaced_count();
    return std::move(applied_);
  }

 private:
  Entry& entry(std::size_t index) { return next_.entries[index]; }

  /// Moves unfinished downloads to kept/: they can prevent the client from ever completing these files (Action::stuck).
  Result<void> set_leftovers_aside() {
    if (view_.leftovers.empty()) return {};
    if (!TRY(fs::same_file_system(place_.temporary, place_.record))) {
      applied_.warnings.push_back(
          say("unfinished downloads in {} may block the client's downloads of these files; delete them",
              in_quotes(place_.temporary.native())));
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
    // Old links are dropped before new ones are made: a folder may have replaced a file of the same name, or the other
    // way round.
    for (const Entry& gone : next_.entries) {
      if (gone.retiring) TRY(drop_second_link(gone));
    }
    TRY(fs::remove_empty_folders(custody_.originals()));
    if (!plan_.to_place.empty()) TRY(fs::make_own_folder(custody_.originals().path()));
    for (const auto index : plan_.to_place) TRY(keep_second_link(entry(index)));
    TRY(metadata_.note_what_is_written());
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

  /// Drops the second link of a file that the user has removed; if the link is the file's last name, it moves to kept/.
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

  /// Makes the Error for a second link that failed. A copy cannot replace the link: it would not follow the user's
  /// later edits.
  static Error no_second_link(Error error) {
    if (!fs::is_link_refused(error.number)) return error;
    error.message += say("; adoption in place requires a second hard link to each file");
    error.hint = say("move the model to a folder outside the client's cache, then adopt that folder");
    return error;
  }

  Result<void> replace_files() {
    TRY(save(Phase::staging));
    TRY(check_());
    applied_.warnings = TRY(stage(target_, view_, plan_, next_, custody_, request_));
    TRY(metadata_.note_what_is_written());
    if (!view_.root_exists) TRY(metadata_.stage());  // so that a new place appears whole
    TRY(note_displaced(next_, is_retiring, custody_));
    TRY(save(Phase::applying));
    TRY(graft(custody_.stage(), custody_.at(""), custody_.parked(),
              [&](const fs::Name& item, const std::string& relative, const fs::Status& before) {
                if (metadata_.is_metadata(relative)) return metadata_.put_back(item, relative);
                return set_all_aside(item, relative, before, next_, custody_);
              }));
    TRY(take_out_entries(next_, is_retiring, custody_));
    return fs::remove_empty_folders(custody_.stage());
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
    metadata_.forget_earlier_versions();
    return save(Phase::done);
  }

  /// Returns the stamp to record for a staged file that is in the place now. The rename into the place has changed the
  /// ctime of a copy or reflink, which is_ours() compares, so the stamp is read again. If another program has replaced
  /// the file since, returns the staged stamp, which does not match the other program's file.
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
  const Plan& plan_;
  Record& next_;
  Custody& custody_;
  MetadataWriter metadata_;
  Applied applied_;
  const bool was_cut_off_;  ///< the previous adoption was not completed
  const AdoptRequest& request_;
  const std::function<Result<void>()>& check_;
};

/// Returns true if the place and the saved record are already as the plan wants them.
Result<bool> is_applied(const hub::View& view, const Plan& plan, const Record& next, const Custody& custody) {
  const hub::Place& place = view.place;
  const bool places_nothing = plan.to_place.empty() && plan.to_restore.empty() && view.leftovers.empty() &&
                              std::ranges::none_of(next.entries, is_retiring);
  const bool has_index = !place.index || view.index_state == hub::IndexState::good;
  if (next.phase != Phase::done || !places_nothing || !has_index || plan.writes_index || !plan.old_metadata.empty())
    return false;
  if (place.name_link && TRY(fs::status_of(place.name_link->name)).kind == fs::Kind::missing) return false;
  if (!missing_working_links(place, next).empty()) return false;
  for (const auto& file : plan.metadata) {
    if (TRY(present_metadata(custody.at(file.name))).bytes != file.bytes) return false;
  }
  for (const std::string& name : plan.in_the_way) {
    if (TRY(fs::status_of(custody.at(name))).kind != fs::Kind::missing) return false;
  }
  return record::is_saved(place.record, next);
}

}  // namespace

Result<Applied> apply(const hub::Target& target, const hub::View& view, Plan plan, Custody& custody,
                      const AdoptRequest& request, const std::function<Result<void>()>& check) {
  Record next = std::move(plan.next);
  auto warnings = TRY(note_working_links(view.place, next));
  if (TRY(is_applied(view, plan, next, custody)))
    return Applied{.links = count_placed(next, {}), .kept = {}, .warnings = std::move(warnings)};
  Applied applied = TRY(Applier(target, view, plan, next, custody, request, check).run());
  std::ranges::move(warnings, std::back_inserter(applied.warnings));
  return applied;
}

}  // namespace hubcache::adoption
