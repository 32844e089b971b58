#include "hubs/csghub/listing.h"

#include <algorithm>

#include "base/language.h"
#include "base/try.h"
#include "digest/digest.h"
#include "http/client.h"
#include "hub/sift.h"
#include "hubs/csghub/answer.h"
#include "hubs/csghub/endpoint.h"
#include "hubs/csghub/names.h"
#include "hubs/csghub/repo.h"

namespace hubcache::hub {
namespace {

constexpr std::string_view no_ids =
    marked("the hub sends only the names of the files, so hubcache cannot compare their content");

RemoteFile to_file(ListedFile file, const RepoRef& repo) {
  RemoteFile remote{std::move(file.path), file.sha.value_or(unknown_id()), file.size, file.lfs_size, {},
                    file.lfs_sha256};
  remote.asked_revision = repo.revision.str();
  remote.has_size = file.sha || file.lfs_size || file.size > 0;
  return remote;
}

/// Returns an id of the names and ids of the files, for a listing without a commit.
std::string version_of(const std::vector<RemoteFile>& files) {
  std::string text;
  for (const RemoteFile& file : files) text += file.path.str() + '\0' + std::string(file.sha.str()) + '\n';
  return std::string(digest::sha1(text).id().str());
}

RemoteTree to_tree(Sifted sifted, std::string commit, const RepoRef& repo) {
  RemoteTree tree;
  tree.left_out = std::move(sifted.left_out);
  tree.files.reserve(sifted.files.size());
  for (ListedFile& file : sifted.files) tree.files.push_back(to_file(std::move(file), repo));
  tree.version = commit.empty() ? version_of(tree.files) : std::move(commit);
  const auto has_no_id = [](const RemoteFile& file) { return !is_known(file.sha); };
  if (std::ranges::any_of(tree.files, has_no_id)) tree.remark = translated(no_ids);
  return tree;
}

/// Returns the commit that the hub sends with a file; "" if it sends none.
Result<std::string> commit_of_file(CsgHubRepo& asked, const RelPath& path) {
  const std::string url = asked.file_url(path);
  const http::Answer answer = TRY(asked.head(url));
  if (!is_success(answer)) return asked.refusal(url, answer);
  const auto commit = ObjectId::parse(answer.commit);
  return std::string(commit ? commit->str() : "");
}

}  // namespace

Result<Listing> list_csghub(http::Connections& connections, const Environment& environment, const RepoRef& repo) {
  return list_csghub_at(TRY(csghub_endpoint(environment)), connections, environment, {}, repo);
}

Result<Listing> list_csghub_at(const Endpoint& endpoint, http::Connections& connections, const Environment& environment,
                               const http::Limits& limits, const RepoRef& repo) {
  http::Client client(connections, environment, endpoint.host, endpoint.token, limits, "Bearer",
                      http::ProxyRules::requests);
  CsgHubRepo asked(client, endpoint, repo);
  const auto answer = TRY(asked.get(asked.info_url()));
  auto info = TRY(asked.read_one(asked.info_url(), answer, read_csghub_info));
  auto sifted = TRY(sift(std::move(info.entries), csghub_names, repo.id));
  if (info.commit.empty() && !sifted.files.empty()) info.commit = TRY(commit_of_file(asked, sifted.files.front().path));
  return Listing{to_tree(std::move(sifted), std::move(info.commit), repo), client.requests_made()};
}

}  // namespace hubcache::hub
