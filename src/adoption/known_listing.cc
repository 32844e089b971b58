#include "adoption/known_listing.h"

#include <algorithm>

#include "adoption/recorded.h"

namespace hubcache::adoption {
namespace {

using hub::View;

/// Adds the files in the revision's folder, if the target keeps each revision in its own folder: offline, the client
/// uses them as the repo's files.
std::vector<RemoteFile> files_of_revision(const Site& site, const View& view, std::vector<RemoteFile> files) {
  const std::filesystem::path folder =
      site.target->layout.files_in(view, site.repo).lexically_relative(view.place.root);
  if (folder == ".") return files;
  for (const hub::PlacedFile& file : view.files) {
    const bool is_beneath = file.path.starts_with(folder.native() + "/") && file.kind != fs::Kind::folder;
    const auto name = RelPath::parse(is_beneath ? file.path.substr(folder.native().size() + 1) : "");
    if (name) files.push_back({*name, unknown_id(), file.size(), {}, {}});
  }
  return files;
}

/// Marks all files as raising an exception: a hub that refuses hubcache's request also refuses the client's.
void refuse(RemoteTree& tree, const std::string& why) {
  tree.snapshot_raises = why;
  for (RemoteFile& file : tree.files) file.snapshot_raises = file.single_file_raises = Reason::refused;
}

/// Returns true if the recorded listing shows which files the hub has. For a place that is not adopted and has no
/// index, this needs at least one file: the client uses the files in the place.
bool tells_of_hub(const PlaceFacts& facts, const RepoRef& repo, const RemoteTree& tree) {
  if (!facts.record && !facts.view.place.index) return !facts.view.files.empty();
  if (has_made_up_version(facts, repo, tree.version)) return false;
  const record::AdoptedRevision* adopted = facts.record ? facts.record->revision(repo.revision.str()) : nullptr;
  const auto has_sha = [](const RemoteFile& file) { return is_known(file.sha) || file.last_change; };
  return std::ranges::any_of(tree.files, has_sha) || (adopted && !adopted->hub_only.empty());
}

}  // namespace

KnownListing known_listing(const Site& site, const PlaceFacts& facts, std::optional<Result<hub::Listing>> answer,
                           RevisionStatus& status) {
  const View& view = facts.view;
  KnownListing known;
  bool is_refused = false;
  if (answer) {
    Result<hub::Listing>& listing = *answer;
    known.asked_hub = listing.has_value();
    if (listing) known.tree = std::move(listing->tree);
    else status.hub_error = listing.error().message;
    is_refused = status.hub_refuses = !listing && listing.error().refused;
  }
  RemoteTree& tree = known.tree;
  if (!known.asked_hub) tree = recorded_tree(view, facts.record, site.repo.revision);
  if (const auto version = version_after_adoption(facts, site.repo); !known.asked_hub && !version.empty())
    tree.version = version;
  if (!known.asked_hub && !facts.record) tree.files = files_of_revision(site, view, std::move(tree.files));
  if (is_refused) refuse(tree, status.hub_error);
  const bool has_files = facts.record || !view.files.empty();
  const bool asks_first = view.place.index && (is_refused || site.target->rules.question() == Question::snapshot);
  const bool is_stopped = has_files ? asks_first : is_refused;
  if (is_stopped) status.client_raises = tree.snapshot_raises;
  if (tree.version.empty()) tree.version = site.target->rules.version_in(view, site.repo);
  status.asked_hub = known.asked_hub;
  status.is_known = known.asked_hub || facts.settings.is_offline || tells_of_hub(facts, site.repo, tree);
  return known;
}

}  // namespace hubcache::adoption
