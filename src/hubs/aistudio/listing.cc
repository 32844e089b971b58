#include "hubs/aistudio/listing.h"

#include <chrono>
#include <thread>

#include "base/try.h"
#include "http/client.h"
#include "hubs/aistudio/endpoint.h"
#include "hubs/aistudio/gitea_listing.h"
#include "hubs/aistudio/gitea_repo.h"

namespace hubcache::hub {
namespace {

using Clock = std::chrono::steady_clock;

/// Gitea takes up to a second to process the first push to a repo.
constexpr std::chrono::milliseconds settling_time{2000}, between_attempts{250};

}  // namespace

Result<Listing> list_aistudio(http::Connections& connections, const Environment& environment, const RepoRef& repo,
                              const Local& local) {
  return list_aistudio_at(TRY(endpoint_of(environment)), connections, environment, {}, repo, local);
}

Result<Listing> list_aistudio_at(const Endpoint& endpoint, http::Connections& connections,
                                 const Environment& environment, const http::Limits& limits, const RepoRef& repo,
                                 const Local& local) {
  http::Client client(connections, environment, endpoint.host, endpoint.token, limits);
  for (const auto began = Clock::now();; std::this_thread::sleep_for(between_attempts)) {
    GiteaRepo gitea(client, endpoint, repo);
    auto tree = list_gitea(gitea, local);
    if (tree) return Listing{*std::move(tree), client.requests_made()};
    if (!gitea.is_unsettled() || Clock::now() - began >= settling_time) return std::move(tree).error();
  }
}

}  // namespace hubcache::hub
