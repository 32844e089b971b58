#include "server/forward_proxy.h"

#include <algorithm>

#include <fcntl.h>

#include <boost/asio/ip/tcp.hpp>

#include "base/language.h"
#include "base/text.h"
#include "http/client.h"
#include "http/curl_options.h"
#include "http/proxy.h"
#include "http/url.h"
#include "server/peer_process.h"
#include "server/tunnel.h"

namespace hubcache::server {
namespace {

using boost::asio::ip::tcp;

Answer in_words(unsigned status, const std::string& words) {
  return {status, "Content-Type: text/plain; charset=utf-8\r\n", words + "\n"};
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// A connection that curl makes, possibly through a proxy, and that this class then uses.
class Connect : public std::enable_shared_from_this<Connect> {
 public:
  Connect(WayOut& way, std::shared_ptr<Exchange> exchange)
      : way_(way), exchange_(std::move(exchange)), handle_(curl_easy_init(), curl_easy_cleanup) {}

  void start(const http::Url& url) {
    curl_easy_setopt(handle_.get(), CURLOPT_URL, ("http://" + url.host + ":" + url.port).c_str());
    curl_easy_setopt(handle_.get(), CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(handle_.get(), CURLOPT_HTTPPROXYTUNNEL, 1L);
    curl_easy_setopt(handle_.get(), CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    curl_easy_setopt(handle_.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle_.get(), CURLOPT_CONNECTTIMEOUT, 30L);
    curl_easy_setopt(handle_.get(), CURLOPT_ERRORBUFFER, reason_);
    http::use_own_sockets(handle_.get());
    proxy_ = http::use_proxy(handle_.get(), way_.environment, url);
    http::use_trust(handle_.get(), way_.certificates);
    exchange_->when_closed([&loop = way_.loop, weak = weak_from_this()] {
      if (const auto self = weak.lock()) loop.remove(self->handle_.get());
    });
    way_.loop.add(handle_.get(), [self = shared_from_this()](CURLcode how) { self->end(how); });
  }

 private:
  void end(CURLcode how) {
    if (how != CURLE_OK) return exchange_->answer(in_words(502, http::words_of(how, reason_, proxy_)));
    curl_socket_t number = CURL_SOCKET_BAD;
    curl_easy_getinfo(handle_.get(), CURLINFO_ACTIVESOCKET, &number);
    other_ = fs::Descriptor(fcntl(number, F_DUPFD_CLOEXEC, 0));  // curl closes its own descriptor
    exchange_->begin(200, "", std::nullopt, [self = shared_from_this()](bool is_open) {
      if (is_open) self->join_both();
    });
  }

  void join_both() {
    tcp::socket other(exchange_->socket().get_executor());
    boost::system::error_code problem;
    other.assign(tcp::v4(), other_.get(), problem);  // Asio does not check the family
    if (problem) return;
    static_cast<void>(other_.release());
    join(exchange_, std::move(other));
  }

  WayOut& way_;
  std::shared_ptr<Exchange> exchange_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
  fs::Descriptor other_;
  http::Proxy proxy_;
  char reason_[CURL_ERROR_SIZE] = {};
};

}  // namespace

ForwardProxy::ForwardProxy(Egress egress, HostNames hubs, WayOut& way, std::function<void(const std::string&)> say)
    : egress_(egress), hubs_(std::move(hubs)), way_(way), say_(std::move(say)) {}

bool ForwardProxy::is_for_proxy(const Request& request) {
  return request.method == "CONNECT" || request.target.starts_with("http://") || request.target.starts_with("https://");
}

bool ForwardProxy::refuses(std::string_view host) const {
  return egress_ == Egress::nothing || (egress_ == Egress::no_hubs && is_among(host, hubs_));
}

void ForwardProxy::refuse(const std::shared_ptr<Exchange>& exchange, const std::string& what) {
  const std::string why = egress_ == Egress::nothing ? "--deny-all" : "--offline";
  say_(say("{} requested {}: refused by {}", process_of(exchange->peer()), what, why));
  exchange->answer(in_words(403, what + " is blocked: hubcache was started with " + why));
}

void ForwardProxy::handle(const std::shared_ptr<Exchange>& exchange) {
  const Request& request = exchange->request();
  const bool is_connect = request.method == "CONNECT";
  if (egress_ == Egress::free && !(fronts_ && is_connect))
    return exchange->answer(in_words(403, "this is not a proxy"));
  const std::string target = (is_connect ? "https://" : "") + std::string(request.target);
  const auto url = http::parse_url(target);
  // Programs convert non-ASCII names in different ways, and the result can be the name of a hub.
  const bool is_valid = url && (url->names_port || !is_connect) && is_ascii(url->host);
  if (!is_valid) return exchange->answer(in_words(400, "not a host address"));
  const std::string shown =
      is_connect ? printable(request.target) : std::string(request.method) + " " + http::for_message(target);
  if (auto front = fronts_ && is_connect ? fronts_->front_for(request, *url) : nullptr)
    return fronts_->answer(exchange, std::move(front));
  if (refuses(url->host)) return refuse(exchange, shown);
  if (!is_connect) {
    return relay(way_, exchange, target, {}, http::ProxyRules::requests,
                 [exchange](const std::string& reason) { exchange->answer(in_words(502, reason)); });
  }
  std::make_shared<Connect>(way_, exchange)->start(*url);
}

}  // namespace hubcache::server
