#include "hub/aistudio.h"

#include <array>

#include "base/try.h"
#include "http/client.h"
#include "hub/aistudio_endpoint.h"
#include "hub/contents_check.h"
#include "hub/folder_walk.h"
#include "hub/gitea_repo.h"
#include "hub/gitea_tree.h"
#include "hub/sift.h"

namespace hubcache::hub {
namespace {

/// What the tree is asked for, the commit of a tag or else the revision itself, and its first page.
struct Opening {
  std::string revision;
  http::Answer first_page;
};

/// Most revisions are no tag: so both questions go out at once, and for a tag the tree is asked for again. As
/// get_model_files does, any refusal of the tag question means that it is no tag; the tree question then fails for the
/// same reason, if there is one.
Result<Opening> ask_first_page(GiteaRepo& repo) {
  const std::string& name = repo.repo().revision.str();
  const std::array urls = {repo.tag_url(), repo.tree_url(name, 1)};
  std::array<http::Answer, urls.size()> answers;
  TRY(repo.get_all(urls, [&](std::size_t index, Result<http::Answer> answer) -> Result<void> {
    answers[index] = TRY(std::move(answer));
    return {};
  }));
  auto& [tag, tree] = answers;
  if (!is_success(tag)) return Opening{name, std::move(tree)};
  auto commit = TRY(repo.read_one(urls[0], tag, read_commit_of_tag));
  auto first_page = TRY(repo.get(repo.tree_url(commit, 1)));
  return Opening{std::move(commit), std::move(first_page)};
}

RemoteTree to_tree(Sifted sifted, std::string version, bool from_contents) {
  RemoteTree tree{{}, std::move(version), std::move(sifted.left_out), from_contents};
  tree.files.reserve(sifted.files.size());
  for (ListedFile& file : sifted.files) {
    tree.files.push_back({std::move(file.path), *file.sha, file.size, file.lfs_size, std::move(file.last_commit_sha)});
  }
  return tree;
}

/// In this mode the SDK's snapshot fails, and only its file_download works: there is no tree whose id `.mv` could name.
Result<RemoteTree> list_by_folders(GiteaRepo& repo, const std::string& revision, const Error& refused) {
  auto sifted = TRY(sift(TRY(walk_folders(repo, refused)), aistudio_names, repo.repo().id));
  TRY(ask_contents_for_all(repo, sifted));
  return to_tree(std::move(sifted), revision, true);
}

Result<RemoteTree> list_gitea(GiteaRepo& repo, const IsLocal& is_local) {
  const auto [revision, first] = TRY(ask_first_page(repo));
  const std::string url = repo.tree_url(revision, 1);
  if (is_tree_refused(first.status)) return list_by_folders(repo, revision, repo.refusal(url, first));
  if (!is_success(first)) return repo.refusal(url, first);
  auto listing = TRY(read_tree(repo, revision, first));
  auto sifted = TRY(sift(std::move(listing.entries), aistudio_names, repo.repo().id));
  const bool agreed = TRY(agrees_with_contents(repo, sifted, is_local));
  if (!agreed) TRY(ask_contents_for_all(repo, sifted));
  return to_tree(std::move(sifted), std::move(listing.version), !agreed);
}

}  // namespace

Result<Listing> list_aistudio(const Environment& environment, const RepoRef& repo, const IsLocal& is_local) {
  return list_aistudio_at(TRY(endpoint_of(environment)), environment, {}, repo, is_local);
}

Result<Listing> list_aistudio_at(const Endpoint& endpoint, const Environment& environment, const http::Limits& limits,
                                 const RepoRef& repo, const IsLocal& is_local) {
  http::Client client(environment, endpoint.host, endpoint.token, limits);
  GiteaRepo gitea(client, endpoint, repo);
  auto tree = TRY(list_gitea(gitea, is_local));
  return Listing{std::move(tree), client.requests_made()};
}

}  // namespace hubcache::hub
