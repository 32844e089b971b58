#include "hubs/aistudio/gitea_listing.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/sift.h"
#include "hubs/aistudio/contents_check.h"
#include "hubs/aistudio/folder_walk.h"
#include "hubs/aistudio/gitea_opening.h"
#include "hubs/aistudio/gitea_quoting.h"
#include "hubs/aistudio/gitea_tree.h"
#include "hubs/aistudio/names.h"

namespace hubcache::hub {
namespace {

/// The tree of one revision, after sift().
struct Names {
  Sifted sifted;
  std::string version;
  std::size_t pages = 0;
  bool ends_in_null = false;
  std::string repo_id = {};  ///< the repo's id as the hub spells it
};

Result<Names> sift_names(const GiteaRepo& repo, TreeListing listing) {
  Names names{{}, std::move(listing.version), listing.pages, listing.ends_in_null, std::move(listing.repo_id)};
  names.sifted = TRY(sift(std::move(listing.entries), aistudio_names, repo.repo().id));
  return names;
}

Result<Names> names_of(GiteaRepo& repo, const std::string& revision, std::vector<Result<http::Answer>> first) {
  return sift_names(repo, TRY(read_tree(repo, revision, std::move(first))));
}

/// Requests and reads the tree of a revision other than the client's.
Result<Names> names_at(GiteaRepo& repo, const std::string& revision) {
  const std::string url = repo.tree_url(revision, 1);
  std::vector<Result<http::Answer>> first;
  first.emplace_back(TRY(repo.get(url)));
  if (!is_success(*first.front())) return repo.refusal(url, *first.front());
  return names_of(repo, revision, std::move(first));
}

RemoteFile to_remote(ListedFile file) {
  return {std::move(file.path), *file.sha, file.size, file.lfs_size, std::move(file.last_commit_sha)};
}

void sort_by_path(RemoteTree& tree) { std::ranges::sort(tree.files, {}, &RemoteFile::path); }

RemoteTree to_tree(Sifted sifted, std::string version, bool from_contents) {
  RemoteTree tree{{}, std::move(version), std::move(sifted.left_out), from_contents};
  tree.files.reserve(sifted.files.size() + sifted.asked_for.size());
  for (ListedFile& file : sifted.files) tree.files.push_back(to_remote(std::move(file)));
  for (ListedFile& file : sifted.asked_for) {
    const bool is_found = file.is_askable;
    RemoteFile& added = tree.files.emplace_back(to_remote(std::move(file)));
    added.is_file = false;
    if (!is_found) added.snapshot_raises = added.single_file_raises = Reason::not_in_contents;
  }
  if (!sifted.asked_for.empty()) sort_by_path(tree);
  return tree;
}

template <class File>
bool has(const std::vector<File>& files, const RelPath& path) {
  return std::ranges::binary_search(files, path, {}, [](const File& file) -> const RelPath& { return file.path; });
}

/// Marks the differences between `tree`, the files that `contents` has, and `names`, the files that a snapshot
/// requests.
void hold_against(RemoteTree& tree, const Sifted& names) {
  std::vector<RemoteFile> only_listed;
  for (const auto* files : {&names.files, &names.asked_for}) {
    for (const ListedFile& file : *files) {
      if (has(tree.files, file.path) || !file.sha) continue;
      RemoteFile& added = only_listed.emplace_back(to_remote(file));
      added.is_file = files == &names.files;
      added.snapshot_raises = added.single_file_raises = Reason::not_in_contents;
    }
  }
  for (RemoteFile& file : tree.files) file.is_listed = has(names.files, file.path) || has(names.asked_for, file.path);
  std::ranges::move(only_listed, std::back_inserter(tree.files));
  sort_by_path(tree);
}

void refuse_snapshots(RemoteTree& tree, std::string why) {
  if (why.empty()) return;
  tree.snapshot_raises = std::move(why);
  for (RemoteFile& file : tree.files) file.snapshot_raises = Reason::no_listing;
}

constexpr std::string_view start_by_run = marked("start the program with hubcache run");

/// Returns why the SDK's request for the tree fails although hubcache's request succeeds; "" if it does not fail.
std::string why_unlisted(const GiteaRepo& repo, const Opened& opened, const Names& names) {
  const std::string& revision = repo.repo().revision.str();
  if (!is_found_unquoted(revision, opened.is_tag)) {
    return say("the client does not quote the revision {} in its URL; {}", in_quotes(revision),
               translated(start_by_run));
  }
  if (!names.ends_in_null) return "";
  return say("the hub ends the listing of {} with a page that causes a TypeError in the client; {}",
             counted(names.sifted.files.size(), "file"), translated(start_by_run));
}

bool is_no_such_revision(long status) { return status == 400 || status == 404; }

/// Returns the default branch if the client's requests for single files use it instead of the revision: for master, the
/// client sends no `?ref=`. nullopt for another revision, and if master is the default branch.
std::optional<std::string> default_branch_instead(const GiteaRepo& repo, const Opened& opened) {
  const bool names_none = repo.repo().revision.str() == "master";
  const bool is_another = opened.about && !opened.about->default_branch.empty() &&
                          opened.about->default_branch != repo.repo().revision.str();
  return names_none && is_another ? std::optional(opened.about->default_branch) : std::nullopt;
}

/// Whether `contents` has the same files and folders at the top as the tree: then everything below is the same, too.
bool agrees_at_top(const std::vector<Entry>& tree, const std::vector<Entry>& contents) {
  std::size_t count = 0;
  for (const Entry& entry : tree) {
    if (entry.path.find('/') != entry.path.npos) continue;
    ++count;
    const auto same = std::ranges::find(contents, entry.path, &Entry::path);
    if (same == contents.end() || same->sha != entry.sha) return false;
  }
  return count == contents.size();
}

/// Returns the commit of the branch if a tag and a branch have the same name and `contents` uses the branch
/// (Gitea 1.25; 1.22 uses the tag). The tree is always the tag's.
Result<std::optional<std::string>> branch_instead_of_tag(GiteaRepo& repo, const Opened& opened,
                                                         const std::vector<Entry>& entries) {
  if (!opened.branch_commit || *opened.branch_commit == opened.revision) return std::optional<std::string>();
  const std::string url = repo.contents_url("");
  const auto top = TRY(repo.read_one(url, TRY(repo.get(url)), read_folder));
  return agrees_at_top(entries, top) ? std::optional<std::string>() : opened.branch_commit;
}

/// Lists a repo without the tree API. The SDK's snapshot then fails, and only its file_download works, so no tree id is
/// needed for `.mv`.
Result<RemoteTree> list_by_folders(GiteaRepo& repo, const std::string& revision, const Error& refused) {
  auto sifted = TRY(sift(TRY(walk_folders(repo, refused)), aistudio_names, repo.repo().id));
  TRY(ask_contents_for_all(repo, sifted));
  RemoteTree tree = to_tree(std::move(sifted), revision, true);
  refuse_snapshots(tree, say("the hub refuses the client's listing; {}", translated(start_by_run)));
  return tree;
}

Result<RemoteTree> checked_tree(GiteaRepo& repo, Names names, const Local& local, const Opened& opened) {
  const bool agreed = TRY(agrees_with_contents(repo, names.sifted, local, opened.files, questions_for(names.pages)));
  if (!agreed) TRY(ask_contents_for_all(repo, names.sifted));
  RemoteTree tree = to_tree(std::move(names.sifted), std::move(names.version), !agreed);
  tree.repo_id = std::move(names.repo_id);
  return tree;
}

/// Lists the default branch. The hub lacks the revision that the client's snapshot lists; a client that requests single
/// files gets the default branch.
Result<RemoteTree> list_default_branch(GiteaRepo& repo, const Local& local, const Opened& opened,
                                       const std::string& branch) {
  RemoteTree tree = TRY(checked_tree(repo, TRY(names_at(repo, branch)), local, opened));
  refuse_snapshots(tree, say("the hub has no branch or tag {0}, and its default branch is {1}; adopt with "
                             "--revision {1} and use that revision in the program, or {2}",
                             repo.repo().revision.str(), printable(branch), translated(start_by_run)));
  return tree;
}

/// Returns the Error for a missing tree. An empty repo has no revisions.
Error why_no_tree(GiteaRepo& repo, const Opened& opened, const http::Answer& first) {
  const std::string url = repo.tree_url(opened.revision, 1);
  const bool is_empty = is_no_such_revision(first.status) && opened.about && opened.about->is_empty;
  if (!is_empty) return repo.refusal(url, first);
  Error error = repo.unsettled(url, say("{} is empty: it has no pushed files yet", repo.repo().id.str()));
  error.refused = true;
  error.hint += say(", or add --offline");
  return error;
}

Result<RemoteTree> list_opened(GiteaRepo& repo, const Local& local, Opened& opened) {
  const http::Answer& first = *opened.pages.front();
  if (is_tree_refused(first.status))
    return list_by_folders(repo, opened.revision, repo.refusal(repo.tree_url(opened.revision, 1), first));
  const auto default_branch = default_branch_instead(repo, opened);
  if (is_no_such_revision(first.status) && default_branch && !opened.about->is_empty)
    return list_default_branch(repo, local, opened, *default_branch);
  if (!is_success(first)) return why_no_tree(repo, opened, first);
  TreeListing listing = TRY(read_tree(repo, opened.revision, std::move(opened.pages)));
  auto instead = default_branch ? default_branch : TRY(branch_instead_of_tag(repo, opened, listing.entries));
  Names names = TRY(sift_names(repo, std::move(listing)));
  std::string unlisted = why_unlisted(repo, opened, names);
  if (!instead) {
    RemoteTree tree = TRY(checked_tree(repo, std::move(names), local, opened));
    refuse_snapshots(tree, std::move(unlisted));
    return tree;
  }
  Names found = TRY(names_at(repo, *instead));
  found.version = names.version;
  RemoteTree tree = TRY(checked_tree(repo, std::move(found), local, opened));
  hold_against(tree, names.sifted);
  refuse_snapshots(tree, std::move(unlisted));
  return tree;
}

}  // namespace

Result<RemoteTree> list_gitea(GiteaRepo& repo, const Local& local) {
  auto opened = TRY(open_listing(repo, local));
  RemoteTree tree = TRY(list_opened(repo, local, opened));
  if (opened.about) tree.default_branch = std::move(opened.about->default_branch);
  return tree;
}

}  // namespace hubcache::hub
