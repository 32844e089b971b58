#include "adoption/plan_entries.h"

#include <algorithm>
#include <map>

#include "adoption/command_line.h"
#include "adoption/custody.h"
#include "adoption/displaced_files.h"
#include "adoption/index_edits.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::ExactId;
using record::Record;

class EntryPlanner {
 public:
  EntryPlanner(const PlanInput& input, const LinkChoice& links, const hub::RevisionFacts& facts, std::uint16_t revision,
               Plan& plan)
      : input_(input), links_(links), facts_(facts), revision_(revision), plan_(plan) {}

  Result<void> run(const std::vector<Wanted>& wanted) {
    merge_entries(wanted);
    warn_other_kinds();
    if (!back_.empty())
      plan_.report.warnings.push_back(
          say("the cache folder gets back {} that it had before the adoption", counted_names(back_, "file")));
    return check_winners();
  }

 private:
  /// True if every file that the previous adoption placed is from a folder with the path of the folder that is adopted
  /// now.
  bool stands_in_folder() const {
    const Record& previous = *input_.previous;
    const bool was_other = !previous.folder_before.empty() && previous.folder_before != previous.folder;
    return previous.folder == input_.request.folder && !was_other;
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
    ++plan_.report.removed;
    if (is_left_to_client(input_, facts_, entry)) return;
    if (find_displaced(input_.displaced, entry.location())) back_.push_back(entry.path.str());
    entry.retiring = true;
    entries.push_back(std::move(entry));
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

  /// Puts the new file into `staged`. Until it is placed, the entry describes the present file: after a killed run,
  /// recovery must not take the present file for the new one.
  void stage(Entry& entry, const Entry* old) const {
    if (input_.in_place) return;
    entry.staged = record::Staged{{}, entry.source, entry.link};
    if (!old) return;
    entry.source = old->source;
    entry.link = old->link;
  }

  /// True if the previous adoption was completed and the user asks for the same kind of link again. After an adoption
  /// that was cut off, the record has the requested kind but not the kinds of the files that were not placed.
  bool is_asked_alike() const {
    const auto& previous = input_.previous;
    return previous && previous->phase == record::Phase::done && previous->link == input_.request.link;
  }

  /// True if files keep their kind of link although another kind would be chosen now: in a container, for example, the
  /// folder and the cache may be on different mounts.
  bool keeps_kind(LinkKind kind) const {
    const bool is_link = kind == LinkKind::symlink || kind == LinkKind::hardlink;
    const bool is_safe = input_.target.rules.objection(kind).empty() && (!is_link || input_.links.moves_by_rename);
    return is_asked_alike() && is_safe;
  }

  void note_other_kind(const Entry& old, LinkKind now, const LocalFile& file) {
    auto& [files, bytes, why] = other_kinds_[{old.link, now}];
    if (files++ == 0) why = input_.links.obstacle(old.link, file);
    bytes += file.stamp.size;
  }

  void warn_other_kinds() {
    for (const auto& [kinds, what] : other_kinds_) {
      plan_.report.warnings.push_back(say("{} ({}): hubcache now uses {}; it used {} before{}{}",
                                          counted(what.files, "file"), human_size(what.bytes),
                                          translated(name_of(kinds.second)), translated(name_of(kinds.first)),
                                          what.why.empty() ? "" : say(": "), what.why));
    }
  }

  /// True if the wanted file is in the place, unchanged and up to date.
  bool stands_already(const Entry& old, const FileStamp& source) const {
    const hub::PlacedFile* file = input_.view.file(old.location().str());
    if (!old.placed || !file) return false;
    if (old.link == LinkKind::in_place) return old.placed->inode == file->stamp.inode;
    if (file->behind_link) return false;
    if (!is_ours(*file, old)) return false;
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
      if (facts_.listing && mine->synthetic) plan_.report.only_here.push_back(entry.path.str());
      entry.exact.insert(entry.exact.begin(), *mine);
    }
    note_outdated(entry, old);
  }

  ExactId exact_now(const RelPath& path, const std::optional<ExactId>& before) const {
    if (const RemoteFile* on_hub = facts_.listing ? facts_.listing->find(path) : nullptr)
      return {revision_, false, input_.target.rules.id_of(*on_hub), content_apart(*on_hub)};
    if (before && input_.request.offline) return *before;
    return {revision_, true, synthetic_id(input_.repo.type, input_.repo.id, path)};
  }

  static std::optional<ObjectId> content_apart(const RemoteFile& on_hub) {
    return on_hub.last_change && is_known(on_hub.sha) ? std::optional(on_hub.sha) : std::nullopt;
  }

  /// Records hubcache's ids that are no longer valid, except ids that were in the index before the adoption.
  void note_outdated(Entry& entry, const Entry* old) const {
    const hub::Index* index = input_.view.place.index;
    if (!old || !index) return;
    const auto text_of = [&](const ExactId& id) { return text_in_index(*index, plan_.next, id); };
    std::vector<std::string> ids = old->outdated;
    for (const ExactId& id : old->exact) ids.emplace_back(text_of(id));
    for (const std::string& id : ids) {
      const bool holds = std::ranges::find(entry.exact, id, text_of) != entry.exact.end();
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
      const AdoptionName name{input_.target.name, input_.repo.id.str(), input_.repo.type, input_.view.place.root};
      return Error{
          ErrorCode::conflict,
          say("the client replaced {} of yours; the first file is {}; hubcache keeps your version",
              counted(replaced.size(), "file"), first),
          say("to restore your versions, run {}; to keep the hub's, run {} --take hub", command_on("restore", name),
              adopt_command(name, {input_.repo.revision.str(), input_.request.folder, input_.request.pin,
                                   input_.request.include, input_.request.exclude}))};
    }
    if (input_.request.take == Winner::mine) plan_.to_restore = std::move(replaced);
    return {};
  }

  /// The files that change their kind of link.
  struct OtherKind {
    std::uint64_t files = 0, bytes = 0;
    std::string why;  ///< why the system refuses the old kind for the first file; "" if it does not
  };

  const PlanInput& input_;
  const LinkChoice& links_;
  const hub::RevisionFacts& facts_;
  const std::uint16_t revision_;
  Plan& plan_;
  std::vector<std::string> back_;                                   ///< paths of displaced files to be restored
  std::map<std::pair<LinkKind, LinkKind>, OtherKind> other_kinds_;  ///< by the old and the new kind
};

}  // namespace

Result<void> plan_entries(const PlanInput& input, const LinkChoice& links, const hub::RevisionFacts& facts,
                          std::uint16_t revision, const std::vector<Wanted>& wanted, Plan& plan) {
  return EntryPlanner(input, links, facts, revision, plan).run(wanted);
}

bool is_left_to_client(const PlanInput& input, const hub::RevisionFacts& facts, const record::Entry& entry) {
  if (!input.previous || !input.view.place.index || input.in_place || entry.exact.size() != 1) return false;
  if (find_displaced(input.displaced, entry.location())) return false;
  const RemoteFile* remote = facts.listing ? facts.listing->find(entry.path) : nullptr;
  const hub::PlacedFile* file = input.view.file(entry.location().str());
  if (!remote || !file || file->kind != fs::Kind::file || file->behind_link) return false;
  if (is_ours(*file, entry) || !is_for_another_file(input.view, *input.previous, entry)) return false;
  const auto records = revisions_in_index(input.view, entry.path.str());
  const ObjectId sha = input.target.rules.id_of(*remote);
  return !records.empty() && std::ranges::all_of(records, [&](const std::string& one) { return one == sha.str(); });
}

}  // namespace hubcache::adoption
