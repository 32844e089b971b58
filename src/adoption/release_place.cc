#include "adoption/release_place.h"

#include <algorithm>

#include "adoption/gather.h"
#include "adoption/graft.h"
#include "adoption/led_to.h"
#include "adoption/left_below_mounts.h"
#include "adoption/made_folders.h"
#include "adoption/moves.h"
#include "adoption/other_adoptions.h"
#include "adoption/plan.h"
#include "adoption/recover.h"
#include "adoption/renewed_stamps.h"
#include "adoption/restore_metadata.h"
#include "adoption/working_links.h"
#include "base/cancel.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Phase;
using record::Record;

bool every(const Entry&) { return true; }

/// Restores one place from its record.
class Releaser {
 public:
  Releaser(const Site& site, const hub::View& view, Record& record, Custody& custody,
           std::vector<std::string> of_others)
      : site_(site),
        place_(site.place),
        view_(view),
        record_(record),
        custody_(custody),
        of_others_(std::move(of_others)),
        left_(custody),
        metadata_(*site.target, view, record, custody, left_, record.is_adoption_cut_off()) {}

  Result<ReleaseReport> run() {
    TRY(metadata_.check_can_be_read());
    TRY(note_what_comes_back());
    TRY(note_what_is_left());
    TRY(save());
    // The place is the symlink that it was before the adoption: it contains nothing of hubcache's.
    const bool is_as_before = view_.root_is_link && !record_.in_place && (!is_applied() || TRY(is_place_link_back()));
    TRY(is_as_before ? remove_name_link() : undo());
    TRY(left_.empty() ? clear() : keep_rest());
    report_.repo_id = record_.repo_id;
    report_.place = place_.root;
    report_.removed = custody_.disposed_count();
    report_.in_place = record_.in_place;
    report_.place_is_gone = !view_.root_exists;
    report_.kept = custody_.kept();
    report_.left = left_.report();
    return std::move(report_);
  }

 private:
  Result<void> undo() {
    TRY(record_.in_place ? drop_second_links() : take_out_files());
    // Without files, a place with metadata alone is of no use to the client, and may hide another folder from it.
    const bool has_files = view_.root_exists || report_.restored > 0;
    if (has_files) TRY(metadata_.restore_index());
    if (has_files) TRY(metadata_.restore_others());
    TRY(put_back_the_rest());
    TRY(drop_what_is_led_to(custody_, [&](const std::string& name) { return left_.contains(name); }));
    TRY(graft_back(custody_.led_to()));
    return remove_name_link();
  }

  Result<void> note_what_comes_back() {
    TRY(note_displaced(record_, every, custody_));
    // Every displaced name was in the place before the adoption, also a name that is not an entry's (a symlinked folder
    // that was in the way). Names in `stayed` do not count as added since the adoption.
    auto names = TRY(names_beneath(custody_.displaced()));
    const fs::Status displaced = TRY(fs::status_of(custody_.displaced()));
    const bool was_a_link = displaced.kind == fs::Kind::symlink;
    if (was_a_link) record_.place_link = displaced.stamp;
    report_.restored = was_a_link ? 1 : names.size();
    std::ranges::move(names, std::back_inserter(record_.stayed));
    std::ranges::sort(record_.stayed);
    if (is_applied() && !record_.in_place && !site_.target->rules.keeps_additions())
      std::ranges::move(added_since(), std::back_inserter(record_.added));
    return {};
  }

  /// Records the files below mount points. They cannot be moved, so they and their record stay.
  Result<void> note_what_is_left() {
    for (const Entry& entry : record_.entries) {
      if (entry.placed) TRY(left_.note(entry.location().str()));
    }
    for (const auto& [name, versions] : record_.metadata_wrote) TRY(left_.note(name));
    if (!record_.index_wrote.empty()) TRY(left_.note(index_name()));
    for (const std::string& name : record_.added) TRY(left_.note(name));
    for (const std::string& name : TRY(names_beneath(custody_.led_to()))) TRY(left_.note(name));
    const auto displaced = TRY(names_beneath(custody_.displaced()));
    for (const std::string& name : displaced) TRY(left_.note(name));
    report_.restored -= left_.count(displaced);
    return {};
  }

  /// True if the entry's file is another file since an incomplete release. The new file is the client's own and stays
  /// in the place.
  bool is_replaced_since(const Entry& entry) const {
    const hub::PlacedFile* file = record_.unreleased.empty() ? nullptr : view_.file(entry.location().str());
    if (!file) return false;
    return !is_ours(*file, entry);
  }

  bool is_left(const Entry& entry) const { return left_.contains(entry.location().str()); }

  /// True if a release that was cut off has restored the symlink at the place, which is its last step.
  Result<bool> is_place_link_back() const {
    return record_.place_link && same_but_ctime(TRY(fs::status_of(custody_.at(""))).stamp, *record_.place_link);
  }

  /// False for an adoption that was cut off before it placed any file.
  bool is_applied() const {
    return std::ranges::any_of(record_.entries, [](const Entry& entry) { return entry.placed.has_value(); });
  }

  Result<void> save() {
    record_.phase = Phase::releasing;
    return record::save(place_.record, record_);
  }

  Result<void> drop_second_links() {
    for (const Entry& entry : record_.entries) {
      const fs::Name second = custody_.originals(entry.location().str());
      const fs::Status mine = TRY(fs::status_of(second));
      if (is_left(entry) || mine.kind == fs::Kind::missing || mine.kind == fs::Kind::folder) continue;
      const bool is_same = fs::is_same_file(TRY(fs::status_of(custody_.at(entry))), mine);
      TRY(is_same ? custody_.drop_second_name(second, entry.location().str())
                  : custody_.keep(second, entry.location().str()));
    }
    return fs::remove_empty_folders(custody_.originals());
  }

  Result<void> take_out_files() {
    if (!is_applied()) return {};
    if (view_.root_is_link) TRY(custody_.take_out_and_keep(custody_.at(""), ""));
    const auto goes = [&](const Entry& entry) { return !is_left(entry) && !is_replaced_since(entry); };
    TRY(take_out_entries(record_, goes, custody_));
    if (site_.target->rules.keeps_additions()) return {};
    for (const std::string& name : added_since()) {
      if (!left_.contains(name)) TRY(custody_.take_out_and_keep(custody_.at(name), name));
    }
    return {};
  }

  /// True if the name is, or is below, a name of another adoption, or is in a folder of hubcache's own. Versions before
  /// 0.1.0 allowed overlapping places.
  bool is_of_others(const std::string& name) const {
    if (("/" + name).find("/._hubcache/") != std::string::npos) return true;
    for (auto end = name.find('/'); end != name.npos; end = name.find('/', end + 1)) {
      if (std::ranges::binary_search(of_others_, name.substr(0, end))) return true;
    }
    return std::ranges::binary_search(of_others_, name);
  }

  /// Returns the files that the client or the user has put into the place since the adoption.
  std::vector<std::string> added_since() const {
    std::vector<std::string> names;
    for (const hub::PlacedFile& file : view_.files) {
      if (file.kind == fs::Kind::folder || file.behind_link || record_.find(file.path)) continue;
      if (!is_to_be_released(file.path) || is_of_others(file.path)) continue;
      if (!std::ranges::binary_search(record_.stayed, file.path)) names.push_back(file.path);
    }
    return names;
  }

  /// True if the location still has to be released: after an incomplete release, only files below the mount points have
  /// to be.
  bool is_to_be_released(std::string_view location) const {
    return record_.unreleased.empty() || std::ranges::any_of(record_.unreleased, [&](const std::string& mount_point) {
             return location.starts_with(mount_point + "/");
           });
  }

  std::string index_name() const { return site_.target->index_name(); }

  Result<void> put_back_the_rest() {
    if (!record_.in_place) TRY(remove_folders_made());
    return graft_back(custody_.displaced());
  }

  Result<void> graft_back(const fs::Name& folder) {
    const auto keep = [&](const fs::Name& item, const std::string& relative, const fs::Status&) {
      return custody_.keep(item, relative);
    };
    return graft(folder, custody_.at(""), custody_.parked(), keep,
                 [&](const std::string& name) { return left_.is_at_or_below_mount(name); });
  }

  Result<void> remove_folders_made() {
    if (!record_.place_existed) {
      TRY(fs::remove_empty_folders(custody_.at("")));
      remove_made_folders(place_.root, record_);
      return {};
    }
    for (const Entry& entry : record_.entries) TRY(remove_folders_above(entry.location().str(), record_, custody_));
    for (const auto& [name, versions] : record_.metadata_wrote) TRY(remove_folders_above(name, record_, custody_));
    return {};
  }

  Result<void> remove_name_link() {
    report_.warnings = remove_working_links(place_, record_);
    if (!record_.made_name_link || !place_.name_link) return {};
    const auto target = fs::read_symlink(place_.name_link->name);
    if (!target || *target != place_.name_link->target.native()) return {};
    return fs::remove_file(place_.name_link->name);
  }

  Result<void> clear_own_folders() const {
    for (const fs::Name& folder :
         {custody_.stage(), custody_.displaced(), custody_.originals(), custody_.led_to(), custody_.metadata()})
      TRY(fs::remove_empty_folders(folder));
    return {};
  }

  Result<void> keep_rest() {
    TRY(clear_own_folders());
    left_.keep_rest(record_, index_name());
    TRY(save());
    return record_.index_wrote.empty() ? fs::remove_file(custody_.index_before()) : Result<void>();
  }

  Result<void> clear() {
    TRY(clear_own_folders());
    record_.index_wrote.clear();  // if this run is cut off now, the next run must not restore the index again
    TRY(save());
    TRY(fs::remove_file(custody_.index_before()));
    return record::remove(place_.record);
  }

  const Site& site_;
  const hub::Place& place_;
  const hub::View& view_;
  Record& record_;
  Custody& custody_;
  const std::vector<std::string> of_others_;  ///< names of other adoptions in the place; sorted
  LeftBelowMounts left_;
  MetadataRestorer metadata_;
  ReleaseReport report_;
};

}  // namespace

Result<hub::View> recover_and_look(const Environment& environment, const Site& site, std::optional<Record>& record,
                                   Custody& custody) {
  TRY(check_place_is_no_mount_point(custody));
  TRY(check_idle(TRY(site.target->rules.view(site.place))));
  TRY(recover(*site.target, record, custody));
  hub::View view = TRY(view_to_change(site));
  if (record && record->in_place && view.root_is_link) {
    return Error{ErrorCode::conflict,
                 say("{} was adopted in place and is now a symlink", in_quotes(site.place.root.native())),
                 say("put the folder back, then run the command again")};
  }
  if (record) renew_stamps(environment, site, view, custody, *record);
  TRY(check_not_cancelled());
  return view;
}

Result<ReleaseReport> release_place(const Environment& environment, const Site& site, const hub::View& view,
                                    Record& record, Custody& custody) {
  return Releaser(site, view, record, custody, names_of_others(environment, site, view)).run();
}

Result<std::vector<std::string>> complete_release(const Environment& environment, const Site& site,
                                                  std::optional<Record>& record, const std::string& now) {
  Custody custody(site.place.root, site.place.record, Sources(site.place, record, folder_of(site, *record)), now);
  const hub::View view = TRY(recover_and_look(environment, site, record, custody));
  const ReleaseReport report = TRY(release_place(environment, site, view, *record, custody));
  if (record->unreleased.empty()) record.reset();
  return report.kept;
}

}  // namespace hubcache::adoption
