#include "hub/aistudio.h"

#include "base/try.h"
#include "http/client.h"
#include "hub/aistudio_endpoint.h"
#include "hub/contents_check.h"
#include "hub/folder_walk.h"
#include "hub/gitea_opening.h"
#include "hub/gitea_repo.h"
#include "hub/gitea_tree.h"
#include "hub/sift.h"

namespace hubcache::hub {
namespace {

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

Result<RemoteTree> list_gitea(GiteaRepo& repo, const Local& local) {
  auto opened = TRY(open_listing(repo, local));
  const http::Answer& first = *opened.pages.front();
  const std::string url = repo.tree_url(opened.revision, 1);
  if (is_tree_refused(first.status)) return list_by_folders(repo, opened.revision, repo.refusal(url, first));
  if (!is_success(first)) return repo.refusal(url, first);
  auto listing = TRY(read_tree(repo, opened.revision, std::move(opened.pages)));
  auto sifted = TRY(sift(std::move(listing.entries), aistudio_names, repo.repo().id));
  const bool agreed = TRY(agrees_with_contents(repo, sifted, local, opened.files, questions_for(listing.pages)));
  if (!agreed) TRY(ask_contents_for_all(repo, sifted));
  RemoteTree tree = to_tree(std::move(sifted), std::move(listing.version), !agreed);
  tree.repo_id = std::move(listing.repo_id);
  return tree;
}

}  // namespace

Result<Listing> list_aistudio(const Environment& environment, const RepoRef& repo, const Local& local) {
  return list_aistudio_at(TRY(endpoint_of(environment)), environment, {}, repo, local);
}

Result<Listing> list_aistudio_at(const Endpoint& endpoint, const Environment& environment, const http::Limits& limits,
                                 const RepoRef& repo, const Local& local) {
  http::Client client(environment, endpoint.host, endpoint.token, limits);
  GiteaRepo gitea(client, endpoint, repo);
  auto tree = TRY(list_gitea(gitea, local));
  return Listing{std::move(tree), client.requests_made()};
}

}  // namespace hubcache::hub
