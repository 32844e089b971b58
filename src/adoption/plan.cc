#include "adoption/plan.h"

#include <algorithm>
#include <deque>
#include <map>
#include <set>
#include <unordered_map>

#include "adoption/custody.h"
#include "adoption/link_choice.h"
#include "adoption/link_counts.h"
#include "adoption/missing.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"

namespace hubcache::adoption {
namespace {

using hub::IndexRecord;
using hub::RecordEdit;
using record::Entry;
using record::ExactId;
using record::Record;

std::string_view sha_text(const ExactId& id) { return id.sha.str(); }

std::vector<std::string_view> views_of(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

/// Whether the index is to hold the pin.
bool wants_pin(const Record& record, const Entry& entry) { return record.pin || entry.exact.front().synthetic; }

bool has_revision(const Entry& entry, std::uint16_t revision) {
  return std::ranges::find(entry.exact, revision, &ExactId::revision) != entry.exact.end();
}

/// A location where a file of the folder is to stand.
struct Wanted {
  const LocalFile* file;
  std::optional<RelPath> elsewhere;  ///< the location, where that is not the file's path
  bool current;                      ///< for the revision that is adopted now; else for one that was adopted before
  bool unread = false;               ///< adopted before, and left out by the scan now: it stays as it is

  const RelPath& location() const { return elsewhere ? *elsewhere : file->path; }
};

/// The plan as it grows; each step takes what the steps before it have put there.
class Planner {
 public:
  Planner(const PlanInput& input, LinkChoice links, const RemoteTree* remote)
      : input_(input),
        links_(std::move(links)),
        remote_(remote),
        version_(remote ? remote->version : input.target.version_in(input.view, input.repo)),
        facts_{input.repo.revision, version_, remote_} {
    if (input.previous) plan_.next = *input.previous;
  }

  Result<Plan> make(const LocalTree& local) {
    write_header();
    list_missing(local);
    TRY(check_complete());
    merge_entries(TRY(wanted_locations(local)));
    warn_other_kinds();
    TRY(check_winners());
    write_index();
    write_other_metadata();
    plan_.link_order = links_.order();
    report_links(plan_);
    return std::move(plan_);
  }

 private:
  void write_header() {
    Record& next = plan_.next;
    if (!input_.previous || !input_.previous->unreleased.empty()) begin_record(next);
    next.target = input_.target.name();
    next.type = input_.repo.type;
    next.repo_id = input_.repo.id.str();
    next.folder_before = folder_before();
    next.folder = input_.request.folder;
    next.folder_id = input_.folder_id;
    next.in_place = input_.in_place;
    next.pin = input_.request.pin && input_.target.can_pin();
    next.link = input_.request.link;
    next.include = input_.request.include;
    next.exclude = input_.request.exclude;
    set_revision(version_);
    AdoptReport& report = plan_.report;
    report.repo_id = next.repo_id;
    report.target = next.target;
    report.revision = input_.repo.revision.str();
    report.type = next.type;
    report.folder = next.folder;
    report.place = input_.view.place.root;
    report.in_place = next.in_place;
    report.pin = next.pin;
    report.dry_run = input_.request.dry_run;
    report.asked_hub = remote_ != nullptr;
  }

  /// After an incomplete release, what the place has by now is the client's, but for the entries that are left.
  void begin_record(Record& next) const {
    next.adopted_at = input_.now;
    next.place_existed = input_.found.has_place && input_.view.root_exists && !input_.view.root_is_link;
    next.made_above = input_.found.missing_above;
    next.folders_before.clear();
    next.unreleased.clear();
    next.stayed.clear();
    for (const auto& file : input_.view.files) {
      if (file.kind != fs::Kind::folder && !next.find(file.path)) next.stayed.push_back(file.path);
    }
  }

  /// The folder that the present entries are of, if it is another one or another one has taken its path.
  std::filesystem::path folder_before() const {
    if (!input_.previous) return {};
    const Record& previous = *input_.previous;
    if (!previous.folder_before.empty()) return previous.folder_before;
    const bool is_same = previous.folder == input_.request.folder && previous.folder_id == input_.folder_id;
    return is_same ? std::filesystem::path() : previous.folder;
  }

  /// Whether what the previous adoption placed is all of this folder's path.
  bool stands_in_folder() const {
    const Record& previous = *input_.previous;
    const bool was_other = !previous.folder_before.empty() && previous.folder_before != previous.folder;
    return previous.folder == input_.request.folder && !was_other;
  }

  void set_revision(const std::string& version) {
    auto& revisions = plan_.next.revisions;
    const auto found = std::ranges::find(revisions, input_.repo.revision.str(), &record::AdoptedRevision::name);
    revision_ = static_cast<std::uint16_t>(found - revisions.begin());
    if (found == revisions.end()) revisions.push_back({input_.repo.revision.str(), version, {}});
    else if (!version.empty()) found->version = version;
    if (!input_.hub.empty()) revisions[revision_].hub = input_.hub;
    if (remote_) revisions[revision_].is_default = revisions[revision_].name == remote_->default_branch;
  }

  /// What the client will still download: judged on the place as it is, but for what is leaving it.
  void list_missing(const LocalTree& local) {
    if (!remote_) return;
    auto& hub_only = plan_.next.revisions[revision_].hub_only;
    hub_only.clear();
    for (const RemoteFile& file : remote_->files) {
      if (local.find(file.path.str())) continue;
      if (!file.is_file) no_files_.insert(file.path.str());
      const auto location = input_.target.location(file.path, facts_);
      const bool is_adopted = location && input_.previous && input_.previous->find(location->str());
      if (is_adopted && local.find_left_out(file.path.str())) continue;
      if (file.is_file && file.is_listed) hub_only.push_back(file.path.str());
      auto missing = missing_file({input_.target, input_.view, facts_, input_.reader}, file, is_adopted);
      if (missing) plan_.report.missing.push_back(*std::move(missing));
    }
  }

  Result<void> check_complete() const {
    auto missing = plan_.report.missing;  // but for what the client makes of a submodule: no folder can have that
    std::erase_if(missing, [&](const MissingFile& file) { return no_files_.contains(file.path); });
    if (!input_.request.require_complete || missing.empty()) return {};
    std::string names;
    for (std::size_t i = 0; i < missing.size() && i < 10; ++i) {
      names += (i ? ", " : "") + in_quotes(missing[i].path) + " (" + human_size(missing[i].size) + ")";
    }
    if (missing.size() > 10) names += ", …";
    return Error{ErrorCode::difference,
                 in_quotes(plan_.next.folder.native()) + " lacks " + counted(missing.size(), "file") +
                     " that the hub has: " + names,
                 "add the files to the folder, or omit --require-complete to let the client download them"};
  }

  /// Sorted by location. What the reader knows nothing of is left out, and said; so is what would share a location.
  Result<std::vector<Wanted>> wanted_locations(const LocalTree& local) {
    std::vector<Wanted> wanted;
    std::vector<std::string> unknown, shared;
    const auto adopted = entries_elsewhere();
    const auto add = [&](const LocalFile& file, const RelPath& location, bool current) {
      wanted.push_back({&file, location != file.path ? std::optional(location) : std::nullopt, current});
    };
    wanted.reserve(local.files.size());
    for (const LocalFile& file : local.files) {
      const auto now = location_now(file.path, adopted);
      if (now) add(file, *now, true);
      else unknown.push_back(file.path.str());
      const auto [begin, end] = adopted.equal_range(file.path.str());
      for (auto at = begin; at != end; ++at) {
        const bool has_other =
            std::ranges::any_of(at->second->exact, [&](const ExactId& id) { return id.revision != revision_; });
        if (has_other && at->second->location() != now) add(file, at->second->location(), false);
      }
    }
    TRY(add_unread(local, adopted, wanted));
    std::ranges::sort(
        wanted, {}, [](const Wanted& one) { return std::pair(std::string_view(one.location().str()), !one.current); });
    for (std::size_t i = 1; i < wanted.size(); ++i) {
      if (wanted[i].location() == wanted[i - 1].location()) shared.push_back(wanted[i].file->path.str());
    }
    const auto extra = std::ranges::unique(wanted, {}, &Wanted::location);
    wanted.erase(extra.begin(), extra.end());
    plan_.report.files = static_cast<std::uint64_t>(std::ranges::count(wanted, true, &Wanted::current));
    warn_left_out(unknown, "not on the hub, and the client requests only the hub's files");
    warn_left_out(shared, "the hub has the same content under another name, and the client keeps one file for both");
    TRY(check_wanted(wanted));
    return wanted;
  }

  /// What the scan could not reach (no permission, a disk that is not mounted) is not a removed file.
  Result<void> add_unread(const LocalTree& local,
                          const std::unordered_multimap<std::string_view, const Entry*>& adopted,
                          std::vector<Wanted>& wanted) {
    for (const Entry& entry : input_.previous ? input_.previous->entries : no_entries_) {
      const LeftOut* left_out = local.find(entry.path.str()) ? nullptr : local.find_left_out(entry.path.str());
      if (!left_out) continue;
      const bool is_current = has_revision(entry, revision_);
      const bool stays = !is_current || location_now(entry.path, adopted) == entry.location();
      if (input_.previous->folder != input_.request.folder || !stays) return cannot_be_read(*left_out);
      unread_files_.push_back({entry.path, entry.source});
      wanted.push_back({&unread_files_.back(), entry.elsewhere, is_current, true});
      if (plan_.report.unread.empty() || plan_.report.unread.back() != entry.path.str())
        plan_.report.unread.push_back(entry.path.str());
    }
    return {};
  }

  Error cannot_be_read(const LeftOut& left_out) const {
    return {ErrorCode::failed,
            "cannot read an adopted file in " + in_quotes(input_.request.folder.native()) + ": " + left_out.name +
                ": " + left_out.why,
            "make the file readable, remove it from the folder, or exclude it with --exclude"};
  }

  Result<void> check_wanted(const std::vector<Wanted>& wanted) const {
    if (wanted.empty()) {
      return Error{ErrorCode::failed,
                   "no file in " + in_quotes(input_.request.folder.native()) + " is a file that the client requests",
                   remote_ ? "check the folder and the repo id"
                           : "omit --offline: this client stores files under names that the hub gives"};
    }
    const bool is_elsewhere = std::ranges::any_of(wanted, [](const Wanted& one) { return one.elsewhere.has_value(); });
    if (!input_.in_place || !is_elsewhere) return {};
    return Error{ErrorCode::usage,
                 in_quotes(input_.request.folder.native()) +
                     " is the client's own folder, which does not store files under their repo paths",
                 "move the model to a folder outside the client's cache, then adopt that folder"};
  }

  void warn_left_out(const std::vector<std::string>& names, const std::string& why) {
    if (names.empty()) return;
    plan_.report.warnings.push_back("skipped " + counted(names.size(), "file") + "; the first file is " +
                                    in_quotes(names.front()) + ": " + why);
  }

  /// By path, what is adopted already at a location that is not its path.
  std::unordered_multimap<std::string_view, const Entry*> entries_elsewhere() const {
    std::unordered_multimap<std::string_view, const Entry*> found;
    for (const Entry& entry : input_.previous ? input_.previous->entries : no_entries_) {
      if (entry.elsewhere) found.emplace(entry.path.str(), &entry);
    }
    return found;
  }

  std::optional<RelPath> location_now(const RelPath& path,
                                      const std::unordered_multimap<std::string_view, const Entry*>& adopted) const {
    const auto [begin, end] = adopted.equal_range(path.str());
    const auto same = std::find_if(begin, end, [&](const auto& one) { return has_revision(*one.second, revision_); });
    if (!remote_ && same != end) return same->second->location();
    return input_.target.location(path, facts_);
  }

  void merge_entries(const std::vector<Wanted>& wanted) {
    std::vector<Entry> entries;
    entries.reserve(wanted.size());
    auto old = plan_.next.entries.begin();
    const auto old_end = plan_.next.entries.end();
    for (const Wanted& one : wanted) {
      for (; old != old_end && old->location() < one.location(); ++old) retire(std::move(*old), entries);
      const bool known = old != old_end && old->location() == one.location();
      add_entry(one, known ? &*old : nullptr, entries);
      if (known) ++old;
    }
    for (; old != old_end; ++old) retire(std::move(*old), entries);
    plan_.next.entries = std::move(entries);
  }

  void retire(Entry entry, std::vector<Entry>& entries) {
    entry.retiring = true;
    entries.push_back(std::move(entry));
    ++plan_.report.removed;
  }

  void add_entry(const Wanted& wanted, Entry* old, std::vector<Entry>& entries) {
    const LinkKind link = wanted.unread ? old->link : links_.of(*wanted.file);
    Entry entry{.path = wanted.file->path, .link = link, .source = wanted.file->stamp};
    entry.outside = wanted.unread ? old->outside : wanted.file->outside;
    entry.elsewhere = wanted.elsewhere;
    if (old) {
      entry.placed = old->placed;
      entry.placed_at = old->placed_at;
      entry.had = old->had;
    } else {
      entry.had = revisions_in_index(input_.view, entry.path.str());
    }
    const bool stands =
        wanted.unread || (old && old->path == entry.path && (old->link == link || keeps_kind(old->link)) &&
                          stands_already(*old, wanted.file->stamp));
    if (stands) {
      entry.link = old->link;
    } else {
      if (old && old->link != link && is_asked_alike()) note_other_kind(*old, link, *wanted.file);
      note_copy(*wanted.file);
      plan_.to_place.push_back(entries.size());
      stage(entry, old);
      ++(old ? plan_.report.changed : plan_.report.added);
    }
    set_exact(entry, old && old->path == entry.path ? old : nullptr, wanted.current);
    plan_.report.pinned += wanted.current && is_pinned(input_.target, input_.view.place, plan_.next, entry);
    entries.push_back(std::move(entry));
  }

  void note_copy(const LocalFile& file) {
    const auto why = plan_.first_copy.path.empty() ? links_.why_copied(file) : "";
    if (!why.empty()) plan_.first_copy = {file.path.str(), std::string(why)};
  }

  /// Until it is placed, the entry says what stands there now: a run that is killed must not take that for the new.
  void stage(Entry& entry, const Entry* old) const {
    if (input_.in_place) return;
    entry.staged = record::Staged{{}, entry.source, entry.link};
    if (!old) return;
    entry.source = old->source;
    entry.link = old->link;
  }

  /// Whether the user asks for the same kind of link as before. Of an adoption that was cut off, the record tells what
  /// it was asked for, but not what the files are that it had not come to.
  bool is_asked_alike() const {
    const auto& previous = input_.previous;
    return previous && previous->phase == record::Phase::done && previous->link == input_.request.link;
  }

  /// The kind that would be chosen now may be another one: in a container, the folder and the cache may be two mounts.
  bool keeps_kind(LinkKind kind) const {
    const bool is_link = kind == LinkKind::symlink || kind == LinkKind::hardlink;
    const bool is_safe = input_.target.objection(kind).empty() && (!is_link || input_.links.moves_by_rename);
    return is_asked_alike() && is_safe;
  }

  void note_other_kind(const Entry& old, LinkKind now, const LocalFile& file) {
    auto& [files, bytes, why] = other_kinds_[{old.link, now}];
    if (files++ == 0) why = input_.links.obstacle(old.link, file);
    bytes += file.stamp.size;
  }

  void warn_other_kinds() {
    for (const auto& [kinds, what] : other_kinds_) {
      plan_.report.warnings.push_back(counted(what.files, "file") + " (" + human_size(what.bytes) +
                                      "): hubcache now uses " + std::string(name_of(kinds.second)) + "; it used " +
                                      std::string(name_of(kinds.first)) + " before" + (what.why.empty() ? "" : ": ") +
                                      std::string(what.why));
    }
  }

  /// Whether what the adoption wants at the path is there, untouched and up to date.
  bool stands_already(const Entry& old, const FileStamp& source) const {
    const hub::PlacedFile* file = input_.view.file(old.location().str());
    if (!old.placed || !file) return false;
    if (old.link == LinkKind::in_place) return old.placed->inode == file->stamp.inode;
    if (file->behind_link) return false;
    fs::Status status;
    status.kind = file->kind;
    status.stamp = file->stamp;
    status.links = file->links;
    if (!is_ours(status, old)) return false;
    if (old.link == LinkKind::symlink) return stands_in_folder();
    if (old.link == LinkKind::hardlink) return file->stamp.inode == source.inode;
    return old.source == source && stands_in_folder();
  }

  void set_exact(Entry& entry, const Entry* old, bool is_current) {
    std::optional<ExactId> mine;
    for (const ExactId& id : old ? old->exact : std::vector<ExactId>()) {
      if (id.revision != revision_) entry.exact.push_back(id);
      else mine = id;
    }
    if (is_current) {
      mine = exact_now(entry.path, mine);
      plan_.report.synthetic += mine->synthetic;
      if (remote_ && mine->synthetic) plan_.report.only_here.push_back(entry.path.str());
      entry.exact.insert(entry.exact.begin(), *mine);
    }
    note_outdated(entry, old);
  }

  ExactId exact_now(const RelPath& path, const std::optional<ExactId>& before) const {
    if (const RemoteFile* on_hub = remote_ ? remote_->find(path) : nullptr)
      return {revision_, false, input_.target.id_of(*on_hub)};
    if (before && input_.request.offline) return *before;
    return {revision_, true, synthetic_id(input_.repo.type, input_.repo.id, path)};
  }

  /// Ids of ours that no longer hold, unless they were in the index before.
  static void note_outdated(Entry& entry, const Entry* old) {
    if (!old) return;
    std::vector<std::string> ids = old->outdated;
    for (const ExactId& id : old->exact) ids.emplace_back(sha_text(id));
    for (const std::string& id : ids) {
      const bool holds = std::ranges::find(entry.exact, id, sha_text) != entry.exact.end();
      const bool was_there = std::ranges::find(entry.had, id) != entry.had.end();
      if (!holds && !was_there) entry.outdated.push_back(id);
    }
  }

  bool client_replaced(const Entry& entry) const {
    const Entry* old = input_.previous ? input_.previous->find(entry.location().str()) : nullptr;
    if (!old || !old->placed || stands_already(*old, entry.source)) return false;
    return is_for_another_file(input_.view, *input_.previous, *old);
  }

  Result<void> check_winners() {
    if (!input_.in_place) return {};
    std::vector<std::size_t> replaced;
    std::erase_if(plan_.to_place, [&](std::size_t i) {
      if (!client_replaced(plan_.next.entries[i])) return false;
      replaced.push_back(i);
      return input_.request.take == Winner::mine;
    });
    if (replaced.empty()) return {};
    if (!input_.request.take) {
      const std::string first = in_quotes(plan_.next.entries[replaced.front()].path.str());
      return Error{ErrorCode::conflict,
                   "the client replaced " + counted(replaced.size(), "file") + " of yours; the first file is " + first +
                       "; hubcache keeps your version",
                   "add --take mine to restore your versions, or --take hub to keep the hub's versions"};
    }
    if (input_.request.take == Winner::mine) plan_.to_restore = std::move(replaced);
    return {};
  }

  void write_index() {
    if (!input_.view.place.has_index) return;
    const std::vector<Entry>& entries = plan_.next.entries;
    plan_.writes_index = input_.view.index_state != hub::IndexState::good || !input_.previous;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      plan_.writes_index = plan_.writes_index || entries[i].retiring || !holds(adopted_records(plan_.next, entries[i]));
      const bool stood = !entries[i].retiring && !entries[i].staged && input_.previous &&
                         input_.previous->find(entries[i].location().str());
      plan_.report.renewed += stood && !holds(adopted_records(plan_.next, entries[i]));
    }
    plan_.index = edited_index(input_.target, input_.view, plan_.next);
  }

  /// Whether the index has the path's records already as they are to be; of the pin alone the order matters.
  bool holds(const RecordEdit& edit) const {
    const auto revisions = revisions_in_index(input_.view, std::string(edit.path));
    const auto is_to_go = [&](const std::string& revision) {
      return std::ranges::find(edit.remove, revision) != edit.remove.end();
    };
    const auto is_there = [&](std::string_view revision) {
      return std::ranges::find(revisions, revision) != revisions.end();
    };
    const bool pin_is_first = !edit.first.front().empty() || (!revisions.empty() && revisions.front().empty());
    return pin_is_first && std::ranges::all_of(edit.first, is_there) && std::ranges::none_of(revisions, is_to_go);
  }

  /// Of all adopted revisions; what two of them want to write is the present one's.
  void write_other_metadata() {
    std::map<std::string, std::optional<std::string>> files;
    for (std::uint16_t number = 0; const record::AdoptedRevision& other : plan_.next.revisions) {
      const auto revision = Revision::parse(other.name);
      if (number != revision_ && revision) add_metadata({*revision, other.version, nullptr}, number, files);
      ++number;
    }
    add_metadata({facts_.revision, plan_.next.revisions[revision_].version, remote_}, revision_, files);
    for (const auto& [name, bytes] : plan_.next.metadata_wrote) {
      if (const auto file = files.find(name); file == files.end() || !file->second) plan_.old_metadata.push_back(name);
    }
    for (auto& [name, bytes] : files) {
      if (bytes) plan_.metadata.push_back({name, std::move(bytes)});
      else {
        plan_.report.hidden += input_.view.has_absence_note(name);
        plan_.in_the_way.push_back(name);
      }
    }
  }

  void add_metadata(const hub::RevisionFacts& facts, std::uint16_t number,
                    std::map<std::string, std::optional<std::string>>& files) const {
    std::vector<hub::PlacedPath> placed;
    for (const Entry& entry : plan_.next.entries) {
      const auto id = std::ranges::find(entry.exact, number, &ExactId::revision);
      const std::uint64_t size = entry.staged ? entry.staged->source.size : entry.source.size;
      if (!entry.retiring && id != entry.exact.end()) placed.push_back({entry.path, size, id->sha.str()});
    }
    const auto others = strangers();
    for (auto& file : input_.target.other_metadata(input_.view.place, facts, {placed, others}))
      files[file.name] = std::move(file.bytes);
  }

  /// What stands in the place and is not hubcache's, but for what is in the way of the adoption.
  std::vector<const hub::PlacedFile*> strangers() const {
    std::vector<const hub::PlacedFile*> others;
    for (const hub::PlacedFile& file : input_.view.files) {
      if (file.kind != fs::Kind::folder && !plan_.next.find(file.path)) others.push_back(&file);
    }
    return others;
  }

  const PlanInput& input_;
  LinkChoice links_;
  const RemoteTree* remote_;
  std::string version_;
  hub::RevisionFacts facts_;
  const std::vector<Entry> no_entries_;
  std::deque<LocalFile> unread_files_;  ///< `Wanted` refers to them
  Plan plan_;
  std::uint16_t revision_ = 0;
  /// Files that change their kind of link.
  struct OtherKind {
    std::uint64_t files = 0, bytes = 0;
    std::string_view why;  ///< what the system refuses the first one; "" for nothing
  };
  std::map<std::pair<LinkKind, LinkKind>, OtherKind> other_kinds_;  ///< by the kinds before and now
  std::set<std::string> no_files_;  ///< names that the hub lists, and no folder can hold
};

}  // namespace

ObjectId synthetic_id(RepoType type, const RepoId& id, const RelPath& path) {
  std::string text = "hubcache synthetic id";
  for (const std::string& part : {std::string(name_of(type)), id.str(), path.str()}) text += '\0' + part;
  return digest::sha1(text).id();
}

std::vector<std::string> revisions_in_index(const hub::View& view, const std::string& path) {
  std::vector<std::string> revisions;
  for (const auto position : view.records_of(path)) {
    const IndexRecord& record = view.index[position];
    const bool usable = record.shape == IndexRecord::Shape::plain || record.shape == IndexRecord::Shape::extra_key;
    if (usable) revisions.push_back(record.revision);
  }
  return revisions;
}

std::string edited_index(const hub::Target& target, const hub::View& view, const Record& record) {
  const auto edit_of = [&](std::size_t i) {
    const Entry& entry = record.entries[i];
    return entry.retiring ? released_records(record, entry) : adopted_records(record, entry);
  };
  return target.edited_index(view, {record.entries.size(), edit_of});
}

bool is_for_another_file(const hub::View& view, const Record& record, const Entry& entry) {
  const auto revisions = revisions_in_index(view, entry.path.str());
  const auto has = [&](std::string_view revision) { return std::ranges::find(revisions, revision) != revisions.end(); };
  return (wants_pin(record, entry) && !has("")) || !has(sha_text(entry.exact.front()));
}

bool has_our_records(const hub::View& view, const Record& record) {
  return std::ranges::any_of(record.entries,
                             [&](const Entry& entry) { return !is_for_another_file(view, record, entry); });
}

bool is_pinned(const hub::Target& target, const hub::Place& place, const Record& record, const Entry& entry) {
  return target.can_pin() && (record.pin || (place.has_index && entry.exact.front().synthetic));
}

RecordEdit adopted_records(const Record& record, const Entry& entry) {
  RecordEdit edit{.path = entry.path.str(), .first = {}, .keep_others = true, .remove = views_of(entry.outdated)};
  edit.remove.emplace_back("N/A");
  // put_file drops the first record of the path: with the pin first, the pin goes when the client replaces the file,
  // and does not freeze the hub's own version.
  if (wants_pin(record, entry)) edit.first.emplace_back("");
  else edit.remove.emplace_back("");
  for (const ExactId& id : entry.exact) edit.first.push_back(sha_text(id));
  return edit;
}

RecordEdit released_records(const Record& record, const Entry& entry) {
  if (!record.in_place)
    return {.path = entry.path.str(), .first = views_of(entry.had), .keep_others = false, .remove = {}};
  RecordEdit edit{.path = entry.path.str(), .first = {}, .keep_others = true, .remove = views_of(entry.outdated)};
  const auto had = [&](std::string_view revision) { return std::ranges::find(entry.had, revision) != entry.had.end(); };
  if (!had("")) edit.remove.emplace_back("");
  for (const ExactId& id : entry.exact) {
    if (!had(sha_text(id))) edit.remove.push_back(sha_text(id));
  }
  return edit;
}

Result<Plan> make_plan(const PlanInput& input, const LocalTree& local, const RemoteTree* remote) {
  const LinkQuestion question{input.target, input.request, input.view.place.root, input.links, local, input.in_place};
  auto links = LinkChoice::make(question);
  if (!links && (!input.previous || input.in_place)) return links.error();
  Plan plan = TRY(Planner(input, links ? *links : LinkChoice::unchecked(question), remote).make(local));
  // The kind of link that cannot be made now is needed only if a file has to be placed.
  if (!links && !plan.to_place.empty()) return links.error();
  return plan;
}

}  // namespace hubcache::adoption
