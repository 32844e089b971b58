#include "adoption/recorded.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace hubcache::adoption {
namespace {

using hub::RecordedAs;
using record::Record;

/// Returns the entry's id at the revision; nullptr if the entry does not belong to the revision.
const record::ExactId* id_at(const record::Entry& entry, std::uint16_t revision) {
  const auto found = std::ranges::find(entry.exact, revision, &record::ExactId::revision);
  return found == entry.exact.end() ? nullptr : &*found;
}

class Recorder {
 public:
  Recorder(const hub::View& view, const Revision& revision)
      : view_(view),
        revision_(revision),
        recorded_as_(view.place.index ? view.place.index->recorded_as : RecordedAs::content) {}

  void add_adopted(const Record& record, std::uint16_t revision) {
    for (const record::Entry& entry : record.entries) {
      adopted_.insert(entry.path.str());
      const record::ExactId* id = id_at(entry, revision);
      if (!id) continue;
      if (id->synthetic) add(entry.path, entry.location().str(), unknown_id());
      else if (recorded_as_ != RecordedAs::last_change) add(entry.path, entry.location().str(), id->sha);
      else add(entry.path, entry.location().str(), id->content.value_or(unknown_id()), id->sha);
    }
  }

  /// Adds files that only the hub has, except files that the client's index lists already.
  void add_hub_only(const record::AdoptedRevision& revision) {
    for (const std::string& name : revision.hub_only) {
      if (const auto path = RelPath::parse(name)) add(*path, name, unknown_id());
    }
  }

  /// Adds the client's own files from its index. Skips adopted files: their index records are hubcache's, for any
  /// revision.
  void add_indexed() {
    for (const auto& indexed : view_.index) {
      const auto path = RelPath::parse(indexed.path);
      const auto sha = ObjectId::parse(indexed.revision);
      if (!path || adopted_.contains(path->str())) continue;
      if (recorded_as_ == RecordedAs::asked_revision) add(*path, indexed.path, unknown_id());
      else if (!sha) continue;
      else if (recorded_as_ == RecordedAs::content) add(*path, indexed.path, *sha);
      else add(*path, indexed.path, unknown_id(), *sha);
    }
  }

  std::vector<RemoteFile> files() && {
    std::vector<RemoteFile> files;
    files.reserve(files_.size());
    for (auto& [name, file] : files_) files.push_back(std::move(file));
    return files;
  }

 private:
  void add(const RelPath& path, const std::string& location, const ObjectId& sha,
           const std::optional<ObjectId>& last_change = {}) {
    const hub::PlacedFile* placed = view_.file(location);
    RemoteFile file{path, sha, placed ? placed->size() : 0, {}, {}};
    file.last_change = last_change;
    if (recorded_as_ == RecordedAs::asked_revision) file.asked_revision = revision_.str();
    files_.try_emplace(path.str(), std::move(file));
  }

  const hub::View& view_;
  const Revision& revision_;
  const RecordedAs recorded_as_;  ///< of the place's index
  std::set<std::string_view> adopted_;
  std::map<std::string, RemoteFile> files_;
};

}  // namespace

RemoteTree recorded_tree(const hub::View& view, const std::optional<Record>& record, const Revision& revision) {
  RemoteTree tree;
  Recorder recorder(view, revision);
  const record::AdoptedRevision* adopted = record ? record->revision(revision.str()) : nullptr;
  if (adopted) {
    tree.version = adopted->version;
    recorder.add_adopted(*record, static_cast<std::uint16_t>(adopted - record->revisions.data()));
  }
  recorder.add_indexed();
  if (adopted) recorder.add_hub_only(*adopted);
  tree.files = std::move(recorder).files();
  return tree;
}

std::string other_hub(const Record& record, std::string_view revision, std::string_view hub) {
  const record::AdoptedRevision* adopted = record.revision(revision);
  const bool is_other = adopted && !adopted->hub.empty() && !hub.empty() && adopted->hub != hub;
  return is_other ? adopted->hub : "";
}

}  // namespace hubcache::adoption
