#include "hubs/modelscope/dialect_listings.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hubs/modelscope/endpoint.h"
#include "hubs/modelscope/listing.h"

namespace hubcache::hub {
namespace {

constexpr std::size_t most_listings = 16;

/// A client since 1.38 waits 15 s for a listing (constants.REPO_TREE_LIST_TIMEOUT_SECONDS, modelscope-hub 0.5.1). If
/// the hub does not answer, the client gets a listing of the adopted files only, and later requests do not wait for the
/// hub for a while.
constexpr long patience_seconds = 8;
constexpr http::Limits patience{
    .connect_seconds = patience_seconds, .slow_seconds = patience_seconds, .total_seconds = patience_seconds};
constexpr std::chrono::seconds time_for_requests{5};
constexpr std::chrono::minutes left_alone{1};

void tell_of_left_out(Services& services, const CatalogRepo& repo) {
  if (repo.not_adopted.empty()) return;
  services.say(say("{}: the listing omits {} of the hub: not adopted (--offline); the first file is {}", repo.id.str(),
                   counted(repo.not_adopted.size(), "file"), in_quotes(repo.not_adopted.front())));
}

/// Returns the hub's listing with the files that clients before 1.38 leave out of it by themselves.
RemoteTree with_all_files(RemoteTree tree) {
  for (RemoteFile& file : tree.files) file.is_listed = true;
  return tree;
}

ServedListings::ServedListing listing_of(const CatalogRepo& repo, std::size_t revision, const RemoteTree* remote) {
  return std::make_shared<const std::vector<Listed>>(make_listing(repo, revision, remote));
}

}  // namespace

void ServedListings::with(Services& services, const CatalogRepo& repo, std::size_t revision, const std::string& token,
                          Clock::duration oldest, Then then) {
  if (services.is_offline() || repo.is_published()) {
    tell_of_left_out(services, repo);
    return then(Entries::of(repo, revision));
  }
  const Key key{repo.type, repo.id.str(), revision, token};
  const auto known = std::ranges::find(known_, key, &Known::key);
  if (known != known_.end() && Clock::now() - known->made < oldest) return then(*known->listing);
  auto& waiting = asked_[key];
  waiting.push_back(std::move(then));
  if (waiting.size() > 1) return;
  const auto remote = std::make_shared<Result<Listing>>(Error{});
  services.do_aside(
      [this, remote, &repo, revision, &services, token] { *remote = ask_hub(services, repo, revision, token); },
      [this, remote, &repo, revision, &services, key] {
        if (!*remote)
          services.say(say("{}: the listing contains only adopted files: {}", repo.id.str(), remote->error().message));
        give(key, listing_of(repo, revision, *remote ? &(*remote)->tree : nullptr));
      });
}

void ServedListings::give(const Key& key, const ServedListing& listing) {
  std::erase_if(known_, [&](const Known& known) { return known.key == key; });
  if (known_.size() >= most_listings) known_.pop_front();
  known_.push_back({key, listing, Clock::now()});
  const auto waiting = asked_.extract(key);
  for (const Then& then : waiting.mapped()) then(*listing);
}

/// Without a token the request is anonymous, since every user of this machine can send requests. Runs on another
/// thread.
Result<Listing> ServedListings::ask_hub(const Services& services, const CatalogRepo& repo, std::size_t revision,
                                        const std::string& token) {
  const auto name = TRY(Revision::parse(repo.revisions[revision].name));
  const auto began = Clock::now();
  if (began.time_since_epoch() < leave_alone_until_.load())
    return Error{ErrorCode::hub, say("the hub did not answer a moment ago"), ""};
  http::Connections connections;
  auto listing =
      list_modelscope_at(modelscope_endpoint_at(services.upstream(), token), connections, services.environment(),
                         {patience, began + time_for_requests}, {repo.type, repo.id, name});
  const bool is_silent = !listing && Clock::now() - began >= std::chrono::seconds(patience_seconds) / 2;
  if (is_silent) leave_alone_until_ = (Clock::now() + left_alone).time_since_epoch();
  if (listing) listing->tree = with_all_files(std::move(listing->tree));
  return listing;
}

}  // namespace hubcache::hub
