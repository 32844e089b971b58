// GET requests to a hub: many at once on kept-alive connections, bounded, and the token only to the origin it is for.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "http/proxy.h"

namespace hubcache::http {

struct Answer {
  long status = 0;
  std::string body;
  std::string content_type;
  std::string link;        ///< the Link header (RFC 8288); "" if there is none
  std::string error_code;  ///< X-Error-Code, by which some hubs tell what they did not find; "" if there is none
};

constexpr std::uint64_t no_bound = std::numeric_limits<std::uint64_t>::max();

struct Limits {
  std::uint64_t body_bytes = 64ull << 20;
  long connect_seconds = 30;
  long slow_bytes_per_second = 1024;  ///< slower than this …
  long slow_seconds = 30;             ///< … for this long is an Error, and not tried again
  long total_seconds = 600;           ///< a whole request, however steadily it drips
  int at_once = 16;
};

class Connections;
struct Session;

/// Not for use by two threads at once, but several Clients may share their Connections. Exceptions and curl's codes end
/// here.
class Client {
 public:
  /// `origin`: scheme://host[:port] that `token` may be sent to (as `Authorization: <scheme> <T>`); every redirect to
  /// another origin goes without it. At most 5 redirects. Proxies by `proxy_rules` (proxy.h), CA files as requests 2.x
  /// takes them from the environment (see: REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE, SSL_CERT_FILE, SSL_CERT_DIR).
  Client(const Environment& environment, const std::string& origin, std::string token, Limits limits = {},
         std::string_view scheme = "token", ProxyRules proxy_rules = ProxyRules::requests);
  /// The same on these connections, which have to outlive it, and have a bound of requests at once of their own.
  Client(Connections& connections, const Environment& environment, const std::string& origin, std::string token,
         Limits limits = {}, std::string_view scheme = "token", ProxyRules proxy_rules = ProxyRules::requests);
  ~Client();
  Client(Client&&) noexcept;

  /// Any HTTP status is an Answer; ErrorCode::hub where there is none (refused, no such host, TLS, too slow, too long,
  /// cut off).
  Result<Answer> get(const std::string& url);

  /// All of them, at most `limits.at_once` under way; each is handed over as it comes, with its index.
  /// 429, 502, 503 and 504 are tried up to 3 times, after Retry-After (at most 10 s) or 0.5 s, 1 s. After 429 no client
  /// of the same connections asks the origin before that, and they ask it half as much at once from then on.
  /// When `take` returns an Error, the rest is given up and that Error returned.
  /// `body_bytes`: a bound for each answer beneath that of the limits, or `no_bound`; empty: for none.
  Result<void> get_all(std::span<const std::string> urls,
                       const std::function<Result<void>(std::size_t index, Result<Answer>)>& take,
                       std::span<const std::uint64_t> body_bytes = {});

  std::uint64_t requests_made() const;  ///< redirects and second tries included

 private:
  std::unique_ptr<Connections> own_;
  std::unique_ptr<Session> session_;
};

/// While one stands, requests under way, and new ones, fail within about a second: for a process that is about to end.
class GivingUp {
 public:
  GivingUp();
  GivingUp(const GivingUp&) = delete;
  ~GivingUp();
  static bool stands();
};

/// Percent-encodes everything but letters, digits and `_.-~`: Python's urllib.parse.quote(text, safe='').
std::string quote(std::string_view text);

/// The URL without user, password and query: fit for a message.
std::string for_message(std::string_view url);

}  // namespace hubcache::http
