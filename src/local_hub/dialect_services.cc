#include "local_hub/dialect_services.h"

#include <boost/asio/post.hpp>

#include "base/language.h"
#include "base/text.h"
#include "http/url.h"
#include "server/relay.h"

namespace hubcache::local_hub {
namespace {

/// True if the address still leads to the upstream, whatever text the request adds to the upstream's address: the
/// caller's credentials must go to the upstream alone.
bool leads_to(const std::string& upstream, const std::string& address) {
  const auto url = http::parse_url(address), wanted = http::parse_url(upstream);
  return url && wanted && http::same_origin(*url, *wanted) && url->has_user == wanted->has_user;
}

}  // namespace

LocalHub::DialectServices::DialectServices(LocalHub& hub, const hub::Hub& real, std::string upstream)
    : hub_(hub),
      real_(real),
      dialect_(real.dialect()),
      upstream_(std::move(upstream)),
      needs_digests_(dialect_->needs_digests(hub.environment_)) {
  while (upstream_.ends_with('/')) upstream_.pop_back();
}

bool LocalHub::DialectServices::takes(std::string_view target) const {
  const std::string_view prefix = dialect_->prefix();
  if (!target.starts_with(prefix)) return false;
  target.remove_prefix(prefix.size());
  return target.empty() || target.starts_with('/') || target.starts_with('?');
}

const hub::CatalogRepo* LocalHub::DialectServices::find(const server::Exchange& exchange, const hub::Hub& hub,
                                                        std::string_view owner, std::string_view name,
                                                        std::optional<RepoType> type) const {
  // ask_stores() has found it.
  if (exchange.held()) return static_cast<const hub::CatalogRepo*>(exchange.held().get());
  return hub_.catalog_.find(hub, owner, name, type);
}

void LocalHub::DialectServices::pass_through(const std::shared_ptr<server::Exchange>& exchange,
                                             std::function<void(const std::string&)> unreachable) {
  std::string target(exchange->request().target.substr(dialect_->prefix().size()));
  // A token is for this hub, not for the upstream.
  if (const Tokens* tokens = hub_.access_.tokens()) target = tokens->without_tokens(target);
  const server::Front* front = exchange->front();
  const std::string& upstream = front ? front->site : upstream_;
  const std::string address = upstream + target;
  if (!leads_to(upstream, address)) return exchange->answer({400, "", ""});
  // A client of a front uses the real hub's addresses.
  const server::Mount mount = front ? server::Mount{} : server::Mount{upstream_, root()};
  server::relay(hub_.way_, exchange, address, mount, real_.proxy_rules, std::move(unreachable));
}

void LocalHub::DialectServices::do_aside(std::function<void()> job, std::function<void()> then) {
  hub_.aside_->post([&io = hub_.io_, job = std::move(job), then = std::move(then)] {
    job();
    boost::asio::post(io, then);
  });
}

void LocalHub::DialectServices::say_refused(const std::string& repo) {
  const std::string name = printable(repo);
  if (!hub_.stores_) return say(hubcache::say("refused a request for {}: not adopted (--offline)", name));
  if (!hub_.serves_adoptions()) return say(hubcache::say("refused a request for {}: not published (--offline)", name));
  say(hubcache::say("refused a request for {}: neither adopted nor published (--offline)", name));
}

}  // namespace hubcache::local_hub
