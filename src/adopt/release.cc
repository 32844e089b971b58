#include <algorithm>
#include <functional>
#include <set>

#include <spdlog/spdlog.h>

#include <hubcache/adopt.h>

#include "adopt/commit_copies.h"
#include "adopt/gather.h"
#include "adopt/graft.h"
#include "adopt/led_to.h"
#include "adopt/metadata.h"
#include "adopt/moves.h"
#include "adopt/overlap.h"
#include "adopt/plan.h"
#include "adopt/recover.h"
#include "base/caught.h"
#include "base/text.h"
#include "base/try.h"
#include "record/places.h"

namespace hubcache {
namespace {

using adoption::Custody;
using adoption::Site;
using record::Entry;
using record::Phase;
using record::Record;
using std::filesystem::path;

bool every(const Entry&) { return true; }

/// One release, from the record back to how the place was before.
class Releaser {
 public:
  Releaser(const Site& site, const target::View& view, Record& record, Custody& custody)
      : site_(site),
        place_(site.place),
        view_(view),
        record_(record),
        custody_(custody),
        was_cut_off_(record.phase == Phase::staging || record.phase == Phase::applying) {}

  Result<ReleaseReport> run() {
    TRY(check_metadata_can_be_read());
    TRY(note_what_comes_back());
    TRY(save());
    // A place that is still the symlink that it was before the adoption began: nothing of it is hubcache's.
    const bool is_as_before = view_.root_is_link && !record_.in_place && !is_applied();
    if (!is_as_before) TRY(undo());
    TRY(clear());
    report_.repo_id = record_.repo_id;
    report_.place = place_.root;
    report_.removed = custody_.disposed_count();
    report_.kept = custody_.kept();
    return std::move(report_);
  }

 private:
  /// Before anything is changed: what cannot be read may be the client's own, and nobody could tell what to put back.
  Result<void> check_metadata_can_be_read() const {
    const std::string hint =
        "give yourself the right to read it, or move it elsewhere, then run hubcache release again";
    if (!record_.index_wrote.empty() && view_.index_state == target::IndexState::unreadable)
      return Error{ErrorCode::failed, "the client's index cannot be read: " + view_.index_error, hint};
    for (const auto& [name, versions] : record_.metadata_wrote) {
      const adoption::Present present = TRY(adoption::present_metadata(custody_.at(name)));
      if (present.problem && !adoption::is_closed_to_us(present))
        return Error{ErrorCode::failed, present.problem->message, hint};
    }
    return {};
  }

  Result<void> undo() {
    TRY(record_.in_place ? drop_second_links() : take_out_files());
    TRY(restore_index());
    TRY(restore_other_metadata());
    TRY(put_back_the_rest());
    TRY(adoption::put_back_what_is_led_to(custody_));
    return remove_name_link();
  }

  Result<void> note_what_comes_back() {
    TRY(adoption::note_displaced(record_, every, custody_));
    // What is no entry's own (a symlinked folder that was in the way) belongs to the place as it was before.
    auto names = TRY(adoption::names_beneath(custody_.displaced()));
    const bool was_a_link = TRY(fs::status_of(custody_.displaced())).kind == fs::Kind::symlink;
    report_.restored = was_a_link ? 1 : names.size();
    std::ranges::move(names, std::back_inserter(record_.stayed));
    std::ranges::sort(record_.stayed);
    if (is_applied() && !record_.in_place && !site_.target->keeps_additions())
      std::ranges::move(added_since(), std::back_inserter(record_.added));
    return {};
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
      if (mine.kind == fs::Kind::missing || mine.kind == fs::Kind::folder) continue;
      const bool is_same = fs::is_same_file(TRY(fs::status_of(custody_.at(entry))), mine);
      TRY(is_same ? custody_.drop_second_name(second, entry.location().str())
                  : custody_.keep(second, entry.location().str()));
    }
    return fs::remove_empty_folders(custody_.originals());
  }

  Result<void> take_out_files() {
    if (!is_applied()) return {};
    if (view_.root_is_link) TRY(custody_.take_out_and_keep(custody_.at(""), ""));
    TRY(adoption::take_out_entries(record_, every, custody_));
    if (site_.target->keeps_additions()) return {};
    for (const std::string& name : added_since()) TRY(custody_.take_out_and_keep(custody_.at(name), name));
    return {};
  }

  /// What the client or the user put into the place since, and that hubcache knows nothing of.
  std::vector<std::string> added_since() const {
    std::vector<std::string> names;
    for (const target::PlacedFile& file : view_.files) {
      if (file.kind == fs::Kind::folder || file.behind_link || record_.find(file.path)) continue;
      if (!std::ranges::binary_search(record_.stayed, file.path)) names.push_back(file.path);
    }
    return names;
  }

  /// The very index from before, where nobody has written to it since or it is damaged now; else what is there, less
  /// what was hubcache's. A damaged one is kept.
  Result<void> restore_index() {
    if (record_.index_wrote.empty()) return {};  // it was never written, or is back already
    const fs::Status before = TRY(fs::status_of(custody_.index_before()));
    const bool had_one = before.kind == fs::Kind::file;
    // If the adoption was cut off, a damaged index may be the one that was there before it.
    const auto is_usable = [&](const std::string& bytes) {
      return is_written_by_us(bytes) || site_.target->read_index(bytes).has_value();
    };
    if (had_one || !was_cut_off_) TRY(adoption::keep_unusable(custody_, index_name(), is_usable));
    const adoption::Present present = TRY(adoption::present_metadata(custody_.at(index_name())));
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
  Result<bool> put_index_back(const adoption::Present& present) {
    const fs::Name link = custody_.metadata(index_name());
    TRY(custody_.make_folders_above(link));
    TRY(fs::remove_file(link));
    // To link another user's file is not permitted (fs.protected_hardlinks).
    const bool is_linked = fs::make_hard_link_to_name(custody_.index_before(), link).has_value();
    if (!is_linked) TRY(fs::make_copy(custody_.index_before(), link));
    const bool is_back = TRY(adoption::swap_in(link, custody_.at(index_name()), present.status));
    TRY(fs::remove_file(link));
    return is_back;
  }

  Result<bool> remove_index(const adoption::Present& present) {
    if (present.status.kind == fs::Kind::missing) return true;
    return adoption::remove_metadata_file(custody_, index_name(),
                                          [&](const std::string& bytes) { return is_written_by_us(bytes); });
  }

  static target::RecordEdit without_records(std::string_view name) {
    return {.path = name, .first = {}, .keep_others = false, .remove = {}};
  }

  /// Paths that the client's index names, and that will not be there. In a place that had no index, the client has
  /// written them since: some name a folder of the adoption's, where the hub has a submodule or a symlink.
  std::set<std::string> records_of_nothing(const target::View& now) const {
    std::set<std::string> names;
    for (const target::IndexRecord& indexed : now.index) {
      const bool stays = std::ranges::binary_search(record_.stayed, indexed.path) || record_.find(indexed.path);
      if (!stays) names.insert(indexed.path);
    }
    return names;
  }

  Result<void> write_index_without_ours(bool had_one) {
    bool is_empty = false, has_ours = false;
    const auto edit = [&](const adoption::Present& present) -> Result<std::optional<std::string>> {
      if (present.problem) return *present.problem;
      const auto records = site_.target->read_index(present.bytes.value_or(""));
      if (!present.bytes || !records) return present.bytes;  // a damaged one stays as it is
      target::View now;
      now.index = *records;
      now.sort_out_index();
      auto bytes = index_without_ours(now, had_one);
      is_empty = bytes == site_.target->edited_index(target::View(), {});
      has_ours = adoption::has_our_records(now, record_);
      // An index without any record of hubcache's is kept as it is, if the place had none before.
      return is_empty && !had_one && !has_ours ? present.bytes : bytes;
    };
    TRY(adoption::write_metadata_file(custody_, index_name(), edit, fs::remove_file));
    if (!is_empty || had_one) return {};
    if (!has_ours) return custody_.take_out_and_keep(custody_.at(index_name()), index_name());
    TRY(adoption::remove_metadata_file(custody_, index_name(), [&](const std::string& bytes) {
      return bytes == site_.target->edited_index(target::View(), {});
    }));
    return {};
  }

  std::string index_without_ours(const target::View& now, bool had_one) const {
    std::vector<target::RecordEdit> edits;
    edits.reserve(record_.entries.size() + record_.added.size());
    for (const Entry& entry : record_.entries) edits.push_back(adoption::released_records(record_, entry));
    const bool may_be_before = had_one || record_.in_place;
    const std::set<std::string> stale = may_be_before ? std::set<std::string>() : records_of_nothing(now);
    for (const std::string& name : record_.added) {
      if (!stale.contains(name)) edits.push_back(without_records(name));
    }
    for (const std::string& name : stale) edits.push_back(without_records(name));
    std::ranges::sort(edits, {}, &target::RecordEdit::path);
    return site_.target->edited_index(now, {edits.size(), [&](std::size_t i) { return edits[i]; }});
  }

  /// What the client has written since is its own; in a place that it did not have before, nobody wants it.
  Result<void> restore_other_metadata() {
    for (const auto& [name, versions] : record_.metadata_wrote) {
      const bool was_ours = TRY(adoption::undo_metadata_file(custody_, record_, name));
      if (!was_ours && TRY(put_back_damaged(name))) continue;
      if (was_ours || record_.place_existed || record_.in_place || site_.target->keeps_additions()) continue;
      TRY(custody_.take_out_and_keep(custody_.at(name), name));
    }
    return {};
  }

  /// A metadata file that its client cannot use any more is kept, and the one from before comes back. False where it is
  /// not damaged.
  Result<bool> put_back_damaged(const std::string& name) {
    const bool was_damaged = TRY(adoption::keep_unusable(
        custody_, name, [&](const std::string& bytes) { return !site_.target->is_damaged_metadata(name, bytes); }));
    const auto before = record_.metadata_had.find(name);
    if (!was_damaged || before == record_.metadata_had.end() || !before->second) return was_damaged;
    const auto edit = [&](const adoption::Present& now) -> Result<std::optional<std::string>> {
      return now.bytes ? now.bytes : before->second;
    };
    TRY(adoption::write_metadata_file(custody_, name, edit, fs::remove_file));
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
    return adoption::graft(folder, custody_.at(""), keep);
  }

  Result<void> remove_folders_made() {
    if (!record_.place_existed) {
      TRY(fs::remove_empty_folders(custody_.at("")));
      fs::remove_folder_if_empty(place_.root.parent_path());
      return {};
    }
    for (const Entry& entry : record_.entries) TRY(remove_empty_folders_of(entry.location().str()));
    for (const auto& [name, versions] : record_.metadata_wrote) TRY(remove_empty_folders_of(name));
    return {};
  }

  Result<void> remove_empty_folders_of(const path& relative) {
    for (path folder = relative.parent_path(); !folder.empty(); folder = folder.parent_path()) {
      const fs::Name name = custody_.at(folder.native());
      const fs::Kind kind = TRY(fs::status_of(name)).kind;
      if (kind == fs::Kind::missing) continue;
      if (kind != fs::Kind::folder || !fs::remove_folder_if_empty(name)) break;
    }
    return {};
  }

  Result<void> remove_name_link() {
    if (!record_.made_name_link || !place_.name_link) return {};
    const auto target = fs::read_symlink(place_.name_link->name);
    if (!target || *target != place_.name_link->target.native()) return {};
    return fs::remove_file(place_.name_link->name);
  }

  Result<void> clear() {
    for (const fs::Name& folder :
         {custody_.stage(), custody_.displaced(), custody_.originals(), custody_.led_to(), custody_.metadata()})
      TRY(fs::remove_empty_folders(folder));
    record_.index_wrote.clear();  // from here on what stands in the place is not touched again
    TRY(save());
    TRY(fs::remove_file(custody_.index_before()));
    return fs::remove_file(place_.record / "record.jsonl");
  }

  const Site& site_;
  const target::Place& place_;
  const target::View& view_;
  Record& record_;
  Custody& custody_;
  const bool was_cut_off_;
  ReleaseReport report_;
};

void forget(const Environment& environment, const path& root) {
  if (const auto forgotten = record::forget(environment, root); !forgotten)
    spdlog::warn("{}", forgotten.error().message);
}

/// Nor does anybody need to know of the place then.
Error not_adopted(const Environment& environment, const Site& site) {
  forget(environment, site.place.root);
  return {ErrorCode::failed,
          adoption::id_with_hub(site.target->hub(), site.repo.id.str()) + " is not adopted in " +
              in_quotes(site.place.root.native()),
          "see hubcache status"};
}

/// Gathers what both commands need, under the place's lock, and hands it over.
template <class Act>
Result<ReleaseReport> with_adoption(const Environment& environment, const Site& site, record::Trust trust, Act act) {
  if (site.unreadable) return *site.unreadable;
  if (TRY(fs::status_of(site.place.record)).kind == fs::Kind::missing) return not_adopted(environment, site);
  const adoption::Claim claim =
      TRY(adoption::Claim::take(site.place.record, trust));  // clears what a release that was cut off has left
  auto record = TRY(record::load(site.place.record, trust));
  if (!record) return not_adopted(environment, site);
  if (record->repo_id != site.repo.id.str()) {
    return Error{
        ErrorCode::failed,
        in_quotes(site.place.root.native()) + " is adopted as " + record->repo_id + ", not as " + site.repo.id.str(),
        "name the repo as hubcache status does"};
  }
  TRY(adoption::check_is_not_folder(*record, site.place.root));
  Custody custody(site.place.root, site.place.record, adoption::Sources(record, adoption::folder_of(site, *record)),
                  adoption::compact(adoption::now_iso8601()));
  TRY(adoption::check_idle(TRY(site.target->view(site.place))));
  TRY(adoption::recover(*site.target, record, custody));
  const target::View view = TRY(adoption::view_to_change(site));
  if (record->in_place && view.root_is_link) {
    return Error{ErrorCode::conflict,
                 in_quotes(site.place.root.native()) + ", which was adopted in place, is a symlink now",
                 "put the folder back there, then try again"};
  }
  auto report = act(site, view, *record, custody);
  if (report) report->target = site.target->name();
  return report;
}

/// What a command that was cut off before or after its record has left is cleared on the way.
bool is_adopted(const Site& site) {
  if (adoption::is_recorded(site)) return true;
  const auto lock = fs::status_of(site.place.record / "lock");
  if (lock && lock->kind == fs::Kind::file)
    static_cast<void>(adoption::Claim::take(site.place.record, record::Trust::own));
  return false;
}

/// Where the repo is adopted in the place that the environment leads a target to, that target's other places are left
/// alone.
Result<std::vector<Site>> nearest_sites(const Environment& environment, const ReleaseRequest& request,
                                        std::optional<HubKind> hub) {
  auto [sites, unreadable] =
      TRY(adoption::standing_sites(environment, {.targets = {},
                                                 .repo_ids = {request.repo_id},
                                                 .place = {},
                                                 .type = request.type,
                                                 .hub = hub,
                                                 .trust = record::trust_of(request.trust_owner)}));
  std::erase_if(sites, [](const Site& site) { return !site.unreadable && !is_adopted(site); });
  // Another user's adoption is no reason not to release this user's own.
  const auto is_foreign = [](const Site& site) { return site.unreadable || !site.objection.empty(); };
  if (!std::ranges::all_of(sites, is_foreign)) std::erase_if(sites, is_foreign);
  for (const target::Target* target : target::all()) {
    const auto located = adoption::find_site(environment, target->name(), request.type, request.repo_id, "");
    const auto is_located = [&](const Site& site) { return located && site.place.root == located->place.root; };
    if (std::ranges::none_of(sites, is_located)) continue;
    std::erase_if(sites, [&](const Site& site) { return site.target == target && !is_located(site); });
  }
  return sites;
}

/// Nobody needs to know of places where nothing is adopted.
void forget_all(const Environment& environment, const ReleaseRequest& request, std::optional<HubKind> hub) {
  for (const auto& known : record::known_places(environment)) {
    const auto target = target::find(known.target);
    const bool is_of_hub = target && (*target)->hub() == hub;
    if (is_of_hub && known.repo_id == request.repo_id && known.type == request.type) forget(environment, known.root);
  }
}

/// Of the targets that are named, their places, whatever stands there; else wherever the repo of the id's hub is
/// adopted.
Result<std::vector<Site>> sites_of(const Environment& environment, ReleaseRequest request) {
  std::vector<std::string> ids = {request.repo_id};
  const auto hub = TRY(adoption::take_hub(ids, request.targets));
  request.repo_id = ids.front();
  std::vector<Site> sites;
  if (request.targets.empty() && !request.place) {
    sites = TRY(nearest_sites(environment, request, hub));
    if (sites.empty()) forget_all(environment, request, hub);
  }
  if (!sites.empty()) return sites;
  for (const std::string& target :
       request.targets.empty() ? std::vector{adoption::default_target(hub)} : request.targets) {
    sites.push_back(TRY(adoption::find_site(environment, target, request.type, request.repo_id, "", request.place)));
  }
  return sites;
}

template <class Act>
Outcomes<ReleaseReport> at_each(const Environment& environment, const std::vector<Site>& sites, record::Trust trust,
                                Act act) {
  Outcomes<ReleaseReport> outcomes;
  for (const Site& site : sites)
    outcomes.push_back({std::string(site.target->name()), with_adoption(environment, site, trust, act)});
  return outcomes;
}

/// Its only outcome.
Result<ReleaseReport> one_of(Result<Outcomes<ReleaseReport>> outcomes) {
  if (!outcomes) return outcomes.error();
  return std::move(outcomes->front().report);
}

Result<void> check_single(const Environment& environment, const ReleaseRequest& request) {
  const auto sites = TRY(sites_of(environment, request));
  if (sites.size() == 1) return {};
  return Error{ErrorCode::usage, request.repo_id + " is adopted for several targets", "name one of them"};
}

/// The user's files that the place no longer has. What an editor has put there is newer, and the user's own too.
Result<std::vector<std::string>> replaced_files(const target::View& view, const Record& record,
                                                const Custody& custody) {
  std::vector<std::string> names;
  for (const Entry& entry : record.entries) {
    const fs::Status mine = TRY(fs::status_of(custody.originals(entry.location().str())));
    const fs::Status present = TRY(fs::status_of(custody.at(entry)));
    if (mine.kind == fs::Kind::missing || fs::is_same_file(present, mine)) continue;
    const bool is_mine_too = present.kind == fs::Kind::file && !adoption::is_for_another_file(view, record, entry);
    if (!is_mine_too) names.push_back(entry.location().str());
  }
  return names;
}

Result<void> write_adopted_index(const Site& site, Record& record, Custody& custody) {
  const std::string name(site.target->index_name());
  const auto edit = [&](const adoption::Present& present) -> Result<std::optional<std::string>> {
    if (present.problem) return *present.problem;
    auto records = site.target->read_index(present.bytes.value_or(""));
    if (present.bytes && !records) return std::nullopt;
    target::View now;
    if (records) now.index = *std::move(records);
    now.sort_out_index();
    std::string bytes = adoption::edited_index(*site.target, now, record);
    adoption::note_index_written(record, bytes);
    TRY(record::save(site.place.record, record));
    return bytes;
  };
  // One that was damaged while the place was adopted is not the one that a release has to bring back.
  TRY(adoption::keep_unusable(custody, name,
                              [&](const std::string& bytes) { return site.target->read_index(bytes).has_value(); }));
  TRY(adoption::write_metadata_file(custody, name, edit, fs::remove_file));
  return fs::remove_empty_folders(custody.metadata());
}

Result<ReleaseReport> restore_in_place(const Site& site, const target::View& view, Record& record, Custody& custody) {
  if (!record.in_place) {
    return Error{ErrorCode::failed,
                 record.repo_id + " is not adopted in place: your files are in " + in_quotes(record.folder.native()),
                 "run " + adoption::command_on("adopt", site.target->hub(), record.repo_id, record.type) +
                     " again to place them anew"};
  }
  ReleaseReport report;
  report.repo_id = record.repo_id;
  report.place = site.place.root;
  const auto names = TRY(replaced_files(view, record, custody));
  TRY(adoption::put_originals_back(view, names, custody));
  report.restored = names.size();
  if (site.place.has_index) TRY(write_adopted_index(site, record, custody));
  report.kept = custody.kept();
  return report;
}

/// Copies that programs have made outside of the place are left alone: some may be of the hub's files.
void warn_copies(const Result<std::vector<target::CommitCopy>>& copies, ReleaseReport& report) {
  if (!copies) report.warnings.push_back("copies outside of the place are not known: " + copies.error().message);
  for (const std::string& name : copies ? adoption::names_of(*copies) : std::vector<std::string>())
    report.warnings.push_back("programs may still take a copy of your files, which they have made in " +
                              in_quotes(name) + ": move it away if they are to have the hub's");
}

}  // namespace

Result<Outcomes<ReleaseReport>> release_each(const Environment& environment, const ReleaseRequest& request) try {
  const auto sites = TRY(sites_of(environment, request));
  const auto act = [&](const Site& site, const target::View& view, Record& record, Custody& custody) {
    const auto copies = adoption::commit_copies(environment, site, record);
    auto report = Releaser(site, view, record, custody).run();
    if (report) warn_copies(copies, *report);
    if (report) forget(environment, report->place);
    return report;
  };
  return at_each(environment, sites, record::trust_of(request.trust_owner), act);
} catch (...) {
  return caught();
}

Result<Outcomes<ReleaseReport>> restore_each(const Environment& environment, const ReleaseRequest& request) try {
  auto sites = TRY(sites_of(environment, request));
  const auto trust = record::trust_of(request.trust_owner);
  const auto is_in_place = [&](const Site& site) {
    const auto record = record::load_header(site.place.record, trust);
    return record && *record && (*record)->in_place;
  };
  if (std::ranges::any_of(sites, is_in_place)) std::erase_if(sites, std::not_fn(is_in_place));
  return at_each(environment, sites, trust, restore_in_place);
} catch (...) {
  return caught();
}

Result<ReleaseReport> release(const Environment& environment, const ReleaseRequest& request) try {
  TRY(check_single(environment, request));
  return one_of(release_each(environment, request));
} catch (...) {
  return caught();
}

Result<ReleaseReport> restore(const Environment& environment, const ReleaseRequest& request) try {
  TRY(check_single(environment, request));
  return one_of(restore_each(environment, request));
} catch (...) {
  return caught();
}

}  // namespace hubcache
