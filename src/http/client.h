// Requests to a hub or a store: many at the same time on kept-alive connections, with limits. The token is sent only to
// its origin.
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
  std::string error_code;  ///< X-Error-Code, with which some hubs name what they did not find; "" if there is none
  std::string commit;      ///< X-Repo-Commit, the commit of a file; "" if there is none
  std::string etag;        ///< the ETag header, with its quotes; "" if there is none
  std::string date;        ///< the Date header: the server's clock; "" if there is none
  std::optional<std::uint64_t> length = {};  ///< the Content-Length header
};

constexpr std::uint64_t no_bound = std::numeric_limits<std::uint64_t>::max();

struct Limits {
  std::uint64_t body_bytes = 64ull << 20;
  long connect_seconds = 30;
  long slow_bytes_per_second = 1024;  ///< a request that is slower than this …
  long slow_seconds = 30;             ///< … for this time fails and is not repeated
  long total_seconds = 600;           ///< limit for a whole request, even if data keeps arriving
  int tries = 3;                      ///< how often a request is made in all after 429, 502, 503 and 504
  int at_once = 16;
};

class Connections;
struct Session;
enum class Method { get, head, put, post, erase };

/// The parts of a request other than its URL.
struct Form {
  Method method = Method::get;
  std::vector<std::string> headers = {};  ///< "Name: value"
  std::string_view body = {};             ///< of put and post; must live as long as the request
  bool follows_redirects = true;          ///< false: a redirect is the answer. For a form with headers: signatures and
                                          ///< secrets in them are for one server
};

/// Not thread-safe, but several Clients on several threads may share their Connections. Callers get an Error, never an
/// exception or a code of curl.
class Client {
 public:
  /// `origin`: scheme://host[:port] to which `token` may be sent (as `Authorization: <scheme> <token>`); a redirect to
  /// another origin is followed without the token. At most 5 redirects. `cookie`: the name of a cookie that has the
  /// token, too; "" for none. `proxy_rules` (proxy.h) select the proxy;
  /// certificates come from the environment as in requests 2.x (certificates.h).
  Client(const Environment& environment, const std::string& origin, std::string token, Limits limits = {},
         std::string_view scheme = "token", ProxyRules proxy_rules = ProxyRules::requests,
         std::string_view cookie = "");
  /// Uses these connections, which must outlive the Client. They have their own limit of simultaneous requests.
  Client(Connections& connections, const Environment& environment, const std::string& origin, std::string token,
         Limits limits = {}, std::string_view scheme = "token", ProxyRules proxy_rules = ProxyRules::requests,
         std::string_view cookie = "");
  ~Client();
  Client(Client&&) noexcept;

  /// Requests the URL. Every HTTP status is an Answer; ErrorCode::hub if there is none (connection refused, unknown
  /// host, TLS failure, too slow, too long, incomplete).
  Result<Answer> get(const std::string& url);
  /// Like get(), by HEAD: the Answer has no body.
  Result<Answer> head(const std::string& url);

  /// Sends this request.
  Result<Answer> send(const Form& form, const std::string& url);

  /// Requests all URLs, at most `limits.at_once` at the same time, and passes each answer with its index to `take` as
  /// soon as it arrives. After 429, 502, 503 and 504 a request is made up to `limits.tries` times in total, after
  /// Retry-After (at most 10 s) or 0.5 s, 1 s. After 429 no client of the same connections sends a request to the
  /// origin during that pause, and from then on they send it half as many requests at the same time. If `take` returns
  /// an Error, cancels the remaining requests and returns that Error. `body_bytes`: for each answer a limit below
  /// `limits.body_bytes`, or `no_bound`; empty: `no_bound` for all.
  Result<void> get_all(std::span<const std::string> urls,
                       const std::function<Result<void>(std::size_t index, Result<Answer>)>& take,
                       std::span<const std::uint64_t> body_bytes = {});

  std::uint64_t requests_made() const;  ///< including redirects and repeated requests

 private:
  std::unique_ptr<Connections> own_;
  std::unique_ptr<Session> session_;
};

/// While an object of this class exists, running and new requests fail within about a second. For a process that is
/// about to end.
class CancelAllRequests {
 public:
  CancelAllRequests();
  CancelAllRequests(const CancelAllRequests&) = delete;
  ~CancelAllRequests();
  static bool is_active();
};

/// Percent-encodes everything except letters, digits and `_.-~`, as Python's urllib.parse.quote(text, safe='') does.
std::string quote(std::string_view text);

/// Returns the URL for a message: escaped, without user, password and query.
std::string for_message(std::string_view url);

}  // namespace hubcache::http
