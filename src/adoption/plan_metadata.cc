#include "adoption/plan_metadata.h"

#include <algorithm>
#include <map>

#include "adoption/displaced_files.h"
#include "adoption/index_edits.h"
#include "adoption/moves.h"

namespace hubcache::adoption {
namespace {

using hub::RecordEdit;
using record::Entry;
using record::ExactId;

class MetadataPlanner {
 public:
  MetadataPlanner(const PlanInput& input, const hub::RevisionFacts& facts, std::uint16_t revision, Plan& plan)
      : input_(input), facts_(facts), revision_(revision), plan_(plan) {}

  void run() {
    write_other_metadata();
    write_index();
  }

 private:
  void write_index() {
    if (!input_.view.place.index) return;
    const hub::Index& index = *input_.view.place.index;
    plan_.writes_index = input_.view.index_state != hub::IndexState::good || !input_.previous;
    for (const Entry& entry : plan_.next.entries) {
      const bool is_held = !entry.retiring && holds(adopted_records(index, plan_.next, entry));
      plan_.writes_index = plan_.writes_index || !is_held;
      const bool stood =
          !entry.retiring && !entry.staged && input_.previous && input_.previous->find(entry.location().str());
      plan_.report.renewed += stood && !is_held;
    }
    plan_.index = edited_index(index, input_.view, plan_.next);
  }

  /// True if the index has the wanted records of the path already. The order matters only for the pin.
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

  /// Plans the files of all adopted revisions. The present revision decides about a file that several revisions write.
  void write_other_metadata() {
    std::map<std::string, std::optional<std::string>> files;
    for (std::uint16_t number = 0; const record::AdoptedRevision& other : plan_.next.revisions) {
      const auto revision = Revision::parse(other.name);
      if (number != revision_ && revision) add_metadata({*revision, other.version, nullptr}, number, files);
      ++number;
    }
    add_metadata({facts_.revision, plan_.next.revisions[revision_].version, facts_.listing}, revision_, files);
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
    for (auto& file : input_.target.rules.other_metadata(input_.view.place, facts, {placed, others}))
      files[file.name] = std::move(file.bytes);
  }

  /// Returns the files that are in the place after the adoption and are not hubcache's.
  std::vector<const hub::PlacedFile*> strangers() const {
    std::vector<const hub::PlacedFile*> others;
    for (const hub::PlacedFile& file : input_.view.files) {
      const Entry* entry = plan_.next.find(file.path);
      const bool is_others = !entry || is_back(*entry);
      if (file.kind != fs::Kind::folder && is_others && !is_displaced_by_folder(file.path)) others.push_back(&file);
    }
    for (const hub::PlacedFile& file : input_.displaced) {
      const Entry* entry = plan_.next.find(file.path);
      if ((!entry || entry->retiring) && !is_displaced_by_folder(file.path) &&
          !has_entries_beneath(plan_.next, file.path))
        others.push_back(&file);
    }
    return others;
  }

  /// Whether an interrupted command has already put back the file that the entry had displaced.
  bool is_back(const Entry& entry) const {
    return entry.retiring && entry.displaced && !find_displaced(input_.displaced, entry.location());
  }

  /// Whether an adopted file has the name of a folder of this path.
  bool is_displaced_by_folder(std::string_view path) const {
    for (std::size_t end = path.find('/'); end != std::string_view::npos; end = path.find('/', end + 1)) {
      const Entry* entry = plan_.next.find(path.substr(0, end));
      if (entry && !entry->retiring) return true;
    }
    return false;
  }

  const PlanInput& input_;
  const hub::RevisionFacts& facts_;
  const std::uint16_t revision_;
  Plan& plan_;
};

}  // namespace

void plan_metadata(const PlanInput& input, const hub::RevisionFacts& facts, std::uint16_t revision, Plan& plan) {
  MetadataPlanner(input, facts, revision, plan).run();
}

}  // namespace hubcache::adoption
