#include "adoption/verdicts.h"

#include <algorithm>

#include <hubcache/digest.h>

#include "adoption/recorded.h"
#include "hub/lfs_pointer.h"

namespace hubcache::adoption {
namespace {

using record::Record;

std::string content_hash(const hub::View& view, const RemoteFile& file, const RelPath* location,
                         const hub::Rules& rules, const hub::ClientSettings& settings) {
  if (!location || rules.wanted_sha256(file, settings).empty()) return "";
  return sha256_of_file(view.place.root / location->str()).value_or("");
}

/// True if the hub has the file of a recorded listing; nullopt if the hub was never asked about the file. `was_asked`:
/// the hub was asked about the adopted revision.
std::optional<bool> is_on_hub(const record::AdoptedRevision* adopted, bool was_asked, const RemoteFile& file) {
  if (is_known(file.sha) || file.last_change) return true;
  if (!adopted) return std::nullopt;
  if (std::ranges::binary_search(adopted->hub_only, file.path.str())) return true;
  return was_asked ? std::optional(false) : std::nullopt;
}

}  // namespace

bool has_asked_hub(const Record& record, std::string_view revision) {
  const record::AdoptedRevision* adopted = record.revision(revision);
  if (!adopted) return false;
  if (!adopted->hub.empty() || !adopted->hub_only.empty()) return true;
  const auto number = static_cast<std::uint16_t>(adopted - record.revisions.data());
  return std::ranges::any_of(record.entries, [&](const record::Entry& entry) {
    const auto id = std::ranges::find(entry.exact, number, &record::ExactId::revision);
    return id != entry.exact.end() && !id->synthetic;
  });
}

bool has_made_up_version(const PlaceFacts& facts, const RepoRef& repo, std::string_view version) {
  return facts.record && facts.target.rules.is_made_up(repo, version);
}

std::string version_after_adoption(const PlaceFacts& facts, const RepoRef& repo) {
  const record::AdoptedRevision* adopted = facts.record ? facts.record->revision(repo.revision.str()) : nullptr;
  if (!adopted) return "";
  std::string version = facts.target.rules.version_in(facts.view, repo);
  if (version == adopted->version || facts.target.rules.is_made_up(repo, version)) return "";
  return version;
}

void Verdicts::add(const RepoRef& repo, const KnownListing& listing) {
  const RemoteTree& tree = listing.tree;
  const std::string& revision = repo.revision.str();
  const record::AdoptedRevision* adopted = facts_.record ? facts_.record->revision(revision) : nullptr;
  const bool was_asked = facts_.record && has_asked_hub(*facts_.record, revision);
  for (const RemoteFile& file : tree.files) {
    const auto location = facts_.target.layout.location(file.path, {repo.revision, tree.version, &tree});
    if (location) locations_.push_back(location->str());
    FileStatus& status = files_.emplace_back(verdicts_on(file, location ? &*location : nullptr, listing.asked_hub));
    status.revision = revision;
    status.size_known = hub::is_size_known(tree, file);
    if (!listing.asked_hub) status.on_hub = is_on_hub(adopted, was_asked, file);
  }
}

std::vector<FileStatus> Verdicts::files() && {
  add_local_files();
  std::ranges::stable_sort(files_, {}, &FileStatus::path);
  return std::move(files_);
}

FileStatus Verdicts::verdicts_on(const RemoteFile& file, const RelPath* at, bool asked_hub) const {
  const auto& [target, view, record, settings, is_writable] = facts_;
  hub::FileFacts facts = hub::facts_of(view, file.path.str(), at);
  facts.sha256 = content_hash(view, file, at, target.rules, settings);
  FileStatus status;
  status.path = file.path.str();
  status.size = file.lfs_size.value_or(file.size);
  if (facts.file && facts.file->exists) status.placed_size = facts.file->size();
  status.on_hub = true;
  status.adopted = record && at && record->find(at->str());
  // It is unknown what a client that cannot be pinned does with a file whose id on the hub is unknown: hubcache uses
  // the client's verdict for an unreachable hub.
  const bool is_unknown = !asked_hub && status.adopted && !target.rules.can_pin() && !is_known(file.sha);
  const auto verdict_for = [&](Question question) {
    return target.rules.verdict(facts, view.index_state, file, settings,
                                is_unknown || settings.is_offline ? Question::local_only : question);
  };
  status.snapshot = verdict_for(Question::snapshot);
  status.single_file = verdict_for(Question::single_file);
  if (!is_writable) status.snapshot = status.single_file = {Action::raises, Reason::not_writable, false};
  return status;
}

/// Adds the files that no client requests and that clients therefore leave unchanged.
void Verdicts::add_local_files() {
  std::ranges::sort(locations_);
  for (const hub::PlacedFile& placed : facts_.view.files) {
    const bool is_listed = std::ranges::binary_search(locations_, placed.path);
    if (is_listed || placed.kind == fs::Kind::folder) continue;
    FileStatus status;
    const record::Entry* entry = facts_.record ? facts_.record->find(placed.path) : nullptr;
    status.path = entry ? entry->path.str() : placed.path;
    status.size = placed.size();
    if (placed.exists) status.placed_size = placed.size();
    status.on_hub = false;
    status.adopted = entry != nullptr;
    status.snapshot = status.single_file = {Action::accepts, Reason::not_listed, false};
    files_.push_back(std::move(status));
  }
}

}  // namespace hubcache::adoption
