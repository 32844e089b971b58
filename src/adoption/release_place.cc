#include "adoption/release_place.h"

#include <algorithm>
#include <set>

#include "adoption/gather.h"
#include "adoption/graft.h"
#include "adoption/led_to.h"
#include "adoption/left_below_mounts.h"
#include "adoption/made_folders.h"
#include "adoption/metadata.h"
#include "adoption/moves.h"
#include "adoption/other_adoptions.h"
#include "adoption/plan.h"
#include "adoption/recover.h"
#include "adoption/renewed_stamps.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Phase;
using record::Record;
using std::filesystem::path;

bool every(const Entry&) { return true; }

/// One release, from the record back to how the place was before.
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
        was_cut_off_(record.phase == Phase::staging || record.phase == Phase::applying) {}

  Result<ReleaseReport> run() {
    TRY(check_metadata_can_be_read());
    TRY(note_what_comes_back());
    TRY(note_what_is_left());
    TRY(save());
    // A place that is still the symlink that it was before the adoption began: nothing of it is hubcache's.
    const bool is_as_before = view_.root_is_link && !record_.in_place && (!is_applied() || TRY(is_place_link_back()));
    TRY(is_as_before ? remove_name_link() : undo());
    TRY(left_.empty() ? clear() : keep_rest());
    report_.repo_id = record_.repo_id;
    report_.place = place_.root;
    report_.removed = custody_.disposed_count();
    report_.in_place = record_.in_place;
    report_.kept = custody_.kept();
    report_.left = left_.report();
    return std::move(report_);
  }

 private:
  /// Before anything is changed: what cannot be read may be the client's own, and nobody could tell what to put back.
  Result<void> check_metadata_can_be_read() const {
    const std::string hint = "make the file readable, or move it away, then run hubcache release again";
    if (!record_.index_wrote.empty() && view_.index_state == hub::IndexState::unreadable)
      return Error{ErrorCode::failed, "cannot read the client's index: " + view_.index_error, hint};
    for (const auto& [name, versions] : record_.metadata_wrote) {
      const Present present = TRY(present_metadata(custody_.at(name)));
      if (present.problem && !is_closed_to_us(present)) return Error{ErrorCode::failed, present.problem->message, hint};
    }
    return {};
  }

  Result<void> undo() {
    TRY(record_.in_place ? drop_second_links() : take_out_files());
    TRY(restore_index());
    TRY(restore_other_metadata());
    TRY(put_back_the_rest());
    TRY(drop_what_is_led_to(custody_, [&](const std::string& name) { return left_.contains(name); }));
    TRY(graft_back(custody_.led_to()));
    return remove_name_link();
  }

  Result<void> note_what_comes_back() {
    TRY(note_displaced(record_, every, custody_));
    // A displaced name that is not an entry's (a symlinked folder that was in the way) was in the place before.
    auto names = TRY(names_beneath(custody_.displaced()));
    const fs::Status displaced = TRY(fs::status_of(custody_.displaced()));
    const bool was_a_link = displaced.kind == fs::Kind::symlink;
    if (was_a_link) record_.place_link = displaced.stamp;
    report_.restored = was_a_link ? 1 : names.size();
    std::ranges::move(names, std::back_inserter(record_.stayed));
    std::ranges::sort(record_.stayed);
    if (is_applied() && !record_.in_place && !site_.target->keeps_additions())
      std::ranges::move(added_since(), std::back_inserter(record_.added));
    return {};
  }

  /// Notes the files below mount points. They cannot be moved, so they stay, and so does their record.
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

  /// After an incomplete release, clients no longer take the file for theirs, and may have replaced it by one of
  /// theirs.
  bool is_replaced_since(const Entry& entry) const {
    const hub::PlacedFile* file = record_.unreleased.empty() ? nullptr : view_.file(entry.location().str());
    if (!file) return false;
    fs::Status status;
    status.kind = file->kind;
    status.stamp = file->stamp;
    status.links = file->links;
    return !is_ours(status, entry);
  }

  bool is_left(const Entry& entry) const { return left_.contains(entry.location().str()); }

  /// A release that was cut off has put it back last of all.
  Result<bool> is_place_link_back() const {
    return record_.place_link && same_but_ctime(TRY(fs::status_of(custody_.at(""))).stamp, *record_.place_link);
  }

  /// False for an adoption that was cut off before it had put anything into the place.
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
    if (site_.target->keeps_additions()) return {};
    for (const std::string& name : added_since()) {
      if (!left_.contains(name)) TRY(custody_.take_out_and_keep(custody_.at(name), name));
    }
    return {};
  }

  /// Whether the name is, or is below, one of another adoption, or is in any of hubcache's own folders. Versions before
  /// 0.1.0 let places overlap.
  bool is_of_others(const std::string& name) const {
    if (("/" + name).find("/._hubcache/") != std::string::npos) return true;
    for (auto end = name.find('/'); end != name.npos; end = name.find('/', end + 1)) {
      if (std::ranges::binary_search(of_others_, name.substr(0, end))) return true;
    }
    return std::ranges::binary_search(of_others_, name);
  }

  /// Files that the client or the user has put into the place since the adoption.
  std::vector<std::string> added_since() const {
    std::vector<std::string> names;
    for (const hub::PlacedFile& file : view_.files) {
      if (file.kind == fs::Kind::folder || file.behind_link || record_.find(file.path)) continue;
      if (!is_to_be_released(file.path) || is_of_others(file.path)) continue;
      if (!std::ranges::binary_search(record_.stayed, file.path)) names.push_back(file.path);
    }
    return names;
  }

  /// After a release that is incomplete, only what was below the mount points is left to release.
  bool is_to_be_released(std::string_view location) const {
    return record_.unreleased.empty() || std::ranges::any_of(record_.unreleased, [&](const std::string& mount_point) {
             return location.starts_with(mount_point + "/");
           });
  }

  /// The very index from before, where nobody has written to it since or it is damaged now; else what is there, less
  /// what was hubcache's. A damaged one is kept.
  Result<void> restore_index() {
    if (record_.index_wrote.empty()) return {};  // it was never written, or is back already
    if (left_.contains(index_name())) return {};
    const fs::Status before = TRY(fs::status_of(custody_.index_before()));
    const bool had_one = before.kind == fs::Kind::file;
    // If the adoption was cut off, a damaged index may be the one that was there before it.
    const auto is_usable = [&](const std::string& bytes) {
      return is_written_by_us(bytes) || site_.target->read_index(bytes).has_value();
    };
    if (had_one || !was_cut_off_) TRY(keep_unusable(custody_, index_name(), is_usable));
    const Present present = TRY(present_metadata(custody_.at(index_name())));
    if (had_one && present.status.stamp.inode == before.stamp.inode) return {};
    const bool is_gone = present.status.kind == fs::Kind::missing;
    const bool is_ours = is_gone || (present.bytes && is_written_by_us(*present.bytes));
    const bool comes_back = is_ours && (is_gone || !record_.index_merged);
    if (comes_back && TRY(had_one ? put_index_back(present) : remove_index(present))) return {};
    return write_index_without_ours(had_one);
  }

  std::string index_name() const { return std::string(site_.target->index_name()); }

  bool is_written_by_us(const std::string& bytes) const {
    return adoption::is_written_by_us(record_, index_name(), index_name(), bytes);
  }

  /// By a second link, so that a release that is cut off finds it again. False where a client writes meanwhile.
  Result<bool> put_index_back(const Present& present) {
    const fs::Name link = custody_.metadata(index_name());
    TRY(custody_.make_folders_above(link));
    TRY(fs::remove_file(link));
    // To link another user's file is not permitted (fs.protected_hardlinks).
    const bool is_linked = fs::make_hard_link_to_name(custody_.index_before(), link).has_value();
    if (!is_linked) {
      TRY(fs::make_copy(custody_.index_before(), custody_.saved()));  // so that `link` appears whole
      TRY(fs::replace(custody_.saved(), link));
    }
    const bool is_back = TRY(swap_in(custody_, link, index_name(), present.status));
    TRY(fs::remove_file(link));
    return is_back;
  }

  Result<bool> remove_index(const Present& present) {
    if (present.status.kind == fs::Kind::missing) return true;
    return remove_metadata_file(custody_, index_name(),
                                [&](const std::string& bytes) { return is_written_by_us(bytes); });
  }

  static hub::RecordEdit without_records(std::string_view name) {
    return {.path = name, .first = {}, .keep_others = false, .remove = {}};
  }

  /// Paths that the client's index names, and that will not be there. In a place that had no index, the client has
  /// written them since: some name a folder of the adoption's, where the hub has a submodule or a symlink.
  std::set<std::string> records_of_nothing(const hub::View& now) const {
    std::set<std::string> names;
    for (const hub::IndexRecord& indexed : now.index) {
      const bool stays = std::ranges::binary_search(record_.stayed, indexed.path) || record_.find(indexed.path);
      if (!stays) names.insert(indexed.path);
    }
    return names;
  }

  Result<void> write_index_without_ours(bool had_one) {
    bool is_empty = false, has_ours = false;
    const auto edit = [&](const Present& present) -> Result<std::optional<std::string>> {
      if (present.problem) return *present.problem;
      const auto now = view_of_index(*site_.target, present);
      if (!present.bytes || !now) return present.bytes;  // a damaged one stays as it is
      auto bytes = index_without_ours(*now, had_one);
      is_empty = bytes == site_.target->edited_index(hub::View(), {});
      has_ours = has_our_records(*now, record_);
      // An index without any record of hubcache's is kept as it is, if the place had none before.
      return is_empty && !had_one && !has_ours ? present.bytes : bytes;
    };
    TRY(write_metadata_file(custody_, index_name(), edit, fs::remove_file));
    if (!is_empty || had_one) return {};
    if (!has_ours) return custody_.take_out_and_keep(custody_.at(index_name()), index_name());
    TRY(remove_metadata_file(custody_, index_name(), [&](const std::string& bytes) {
      return bytes == site_.target->edited_index(hub::View(), {});
    }));
    return {};
  }

  std::string index_without_ours(const hub::View& now, bool had_one) const {
    std::vector<hub::RecordEdit> edits;
    edits.reserve(record_.entries.size() + record_.added.size());
    for (const Entry& entry : record_.entries) edits.push_back(released_records(record_, entry));
    const bool may_be_before = had_one || record_.in_place;
    const std::set<std::string> stale = may_be_before ? std::set<std::string>() : records_of_nothing(now);
    for (const std::string& name : record_.added) {
      if (!stale.contains(name)) edits.push_back(without_records(name));
    }
    for (const std::string& name : stale) edits.push_back(without_records(name));
    std::ranges::sort(edits, {}, &hub::RecordEdit::path);
    return site_.target->edited_index(now, {edits.size(), [&](std::size_t i) { return edits[i]; }});
  }

  /// What the client has written since is its own; in a place that it did not have before, nobody wants it.
  Result<void> restore_other_metadata() {
    for (const auto& [name, versions] : record_.metadata_wrote) {
      if (left_.contains(name)) continue;
      const bool was_ours = TRY(undo_metadata_file(custody_, record_, name));
      if (!was_ours && TRY(put_back_damaged(name))) continue;
      if (was_ours || record_.place_existed || record_.in_place || site_.target->keeps_additions()) continue;
      TRY(custody_.take_out_and_keep(custody_.at(name), name));
    }
    return {};
  }

  /// A metadata file that its client cannot use any more is kept, and the one from before comes back. False where it is
  /// not damaged.
  Result<bool> put_back_damaged(const std::string& name) {
    const bool was_damaged = TRY(keep_unusable(
        custody_, name, [&](const std::string& bytes) { return !site_.target->is_damaged_metadata(name, bytes); }));
    const auto before = record_.metadata_had.find(name);
    if (!was_damaged || before == record_.metadata_had.end() || !before->second) return was_damaged;
    const auto edit = [&](const Present& now) -> Result<std::optional<std::string>> {
      return now.bytes ? now.bytes : before->second;
    };
    TRY(write_metadata_file(custody_, name, edit, fs::remove_file));
    return true;
  }

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
    record_.index_wrote.clear();  // from here on what stands in the place is not touched again
    TRY(save());
    TRY(fs::remove_file(custody_.index_before()));
    return fs::remove_file(place_.record / "record.jsonl");
  }

  const Site& site_;
  const hub::Place& place_;
  const hub::View& view_;
  Record& record_;
  Custody& custody_;
  const std::vector<std::string> of_others_;  ///< names in the place; sorted
  LeftBelowMounts left_;
  const bool was_cut_off_;
  ReleaseReport report_;
};

}  // namespace

Result<hub::View> recover_and_look(const Environment& environment, const Site& site, std::optional<Record>& record,
                                   Custody& custody) {
  TRY(check_place_is_no_mount_point(custody));
  TRY(check_idle(TRY(site.target->view(site.place))));
  TRY(recover(*site.target, record, custody));
  hub::View view = TRY(view_to_change(site));
  if (record && record->in_place && view.root_is_link) {
    return Error{ErrorCode::conflict,
                 in_quotes(site.place.root.native()) + " was adopted in place and is now a symlink",
                 "put the folder back, then run the command again"};
  }
  if (record) renew_stamps(environment, site, view, custody, *record);
  return view;
}

Result<ReleaseReport> release_place(const Environment& environment, const Site& site, const hub::View& view,
                                    Record& record, Custody& custody) {
  return Releaser(site, view, record, custody, names_of_others(environment, site, view)).run();
}

Result<std::vector<std::string>> complete_release(const Environment& environment, const Site& site,
                                                  std::optional<Record>& record, const std::string& now) {
  Custody custody(site.place.root, site.place.record, Sources(record, folder_of(site, *record)), now);
  const hub::View view = TRY(recover_and_look(environment, site, record, custody));
  const ReleaseReport report = TRY(release_place(environment, site, view, *record, custody));
  if (record->unreleased.empty()) record.reset();
  return report.kept;
}

}  // namespace hubcache::adoption
