#include "server/fronts.h"

#include <algorithm>
#include <utility>

#include "base/try.h"
#include "server/host_names.h"
#include "server/tls_end.h"

namespace hubcache::server {

Result<std::unique_ptr<Fronts>> Fronts::make(const std::vector<Front>& fronts, Serve serve) {
  std::vector<std::string> names;
  for (const Front& front : fronts) names.push_back(front.host);
  Identity identity = TRY(make_identity(names));
  return std::unique_ptr<Fronts>(new Fronts(fronts, std::move(identity), std::move(serve)));
}

Fronts::Fronts(const std::vector<Front>& fronts, Identity identity, Serve serve)
    : identity_(std::move(identity)), serve_(std::move(serve)) {
  for (const Front& front : fronts) fronts_.push_back(std::make_shared<const Front>(front));
}

std::shared_ptr<const Front> Fronts::front_for(const Request& request, const http::Url& url) const {
  const auto is_host = [](const auto& header) { return same_word(header.first, "Host"); };
  if (!std::ranges::all_of(request.headers, is_host)) return nullptr;
  const auto found = std::ranges::find_if(fronts_, [&](const auto& front) {
    return front->port == url.port && canonical_host(front->host) == canonical_host(url.host);
  });
  return found == fronts_.end() ? nullptr : *found;
}

void Fronts::answer(const std::shared_ptr<Exchange>& exchange, std::shared_ptr<const Front> front) const {
  exchange->begin(200, "", std::nullopt, [this, exchange, front = std::move(front)](bool is_open) {
    if (!is_open) return;
    end_tls(exchange, identity_.context, [serve = serve_, exchange, front](boost::asio::ip::tcp::socket plain) {
      serve(std::move(plain), exchange, front);
    });
  });
}

}  // namespace hubcache::server
