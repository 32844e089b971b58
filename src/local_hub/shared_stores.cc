#include "local_hub/shared_stores.h"

#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "base/try.h"
#include "http/url.h"
#include "store/store.h"

namespace hubcache::local_hub {
namespace {

constexpr std::chrono::seconds answer_counts_for(2), patience(10);

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

bool means_adoptions(const std::string& name) { return name == "adopted"; }

Result<std::unique_ptr<SharedStores>> SharedStores::open(boost::asio::io_context& io, const Environment& environment,
                                                         const SharedHubOptions& shared, const Tell& tell) {
  Stores stores;
  std::vector<WatchedStore*> watched;
  for (const std::string& name : shared.from) {
    if (means_adoptions(name)) continue;
    auto opened = TRY(store::open(environment, name, store::IfMissing::fail));
    if (const std::string caution = opened->caution(); !caution.empty()) tell(caution);
    auto store = std::make_unique<WatchedStore>(std::move(opened));
    if (!shared.store_public_url.empty()) TRY(store->set_public_url(shared.store_public_url));
    watched.push_back(store.get());
    stores.push_back(std::move(store));
  }
  if (!shared.redirect_via.empty()) TRY(http::parse_url(shared.redirect_via));
  if (stores.empty()) return std::unique_ptr<SharedStores>();
  ContentOptions options{shared.redirects, without_slash(shared.redirect_via)};
  return std::unique_ptr<SharedStores>(
      new SharedStores(io, environment, std::move(stores), std::move(watched), std::move(options), tell));
}

SharedStores::SharedStores(boost::asio::io_context& io, const Environment& environment, Stores stores,
                           std::vector<WatchedStore*> watched, ContentOptions options, const Tell& tell)
    : io_(io),
      stores_(std::move(stores)),
      watched_(std::move(watched)),
      asking_since_(watched_.size()),
      repos_(io, environment, stores_, tell),
      contents_(io, stores_, std::move(options), tell) {}

bool SharedStores::are_answering() {
  bool all = true;
  for (std::size_t number = 0; number < watched_.size(); ++number) {
    const WatchedStore::State state = watched_[number]->state();
    const auto now = WatchedStore::Clock::now();
    const auto since = asking_since_[number];
    all = all && state.is_answering && (!since || now - *since < patience);
    const bool is_fresh = state.was_asked && now - state.asked_at < answer_counts_for;
    if (is_fresh || since) continue;
    asking_since_[number] = now;
    aside_.post([this, number] {
      watched_[number]->ask();
      boost::asio::post(io_, [this, number] { asking_since_[number].reset(); });
    });
  }
  return all;
}

void SharedStores::stop() {
  for (const auto& store : stores_) store->stop();
}

}  // namespace hubcache::local_hub
