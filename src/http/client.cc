#include "http/client.h"

#include <algorithm>
#include <atomic>

#include "base/language.h"
#include "base/try.h"
#include "http/batch.h"
#include "http/connections.h"
#include "http/session.h"

namespace hubcache::http {
namespace {

/// A line break would start another header. requests rejects it too (requests.utils.check_header_validity).
bool has_controls(std::string_view text) {
  const auto is_control = [](char c) { return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F; };
  return std::ranges::any_of(text, is_control);
}

Result<void> check(const std::string& token) {
  if (!has_controls(token)) return {};
  return Error{ErrorCode::usage, say("the access token contains a line break or another control character"),
               say("copy the token again from the hub's access token page")};
}

std::unique_ptr<Session> make_session(Connections& connections, const Environment& environment,
                                      const std::string& origin, std::string token, const Limits& limits,
                                      std::string_view scheme, ProxyRules proxy_rules, std::string_view cookie) {
  return std::make_unique<Session>(Session{.environment = environment,
                                           .origin = parse_url(origin),
                                           .token = std::move(token),
                                           .scheme = std::string(scheme),
                                           .cookie = std::string(cookie),
                                           .proxy_rules = proxy_rules,
                                           .limits = limits,
                                           .certificates = certificates_for(environment),
                                           .connections = connections});
}

std::atomic<int> active_cancels = 0;

}  // namespace

CancelAllRequests::CancelAllRequests() { ++active_cancels; }

CancelAllRequests::~CancelAllRequests() { --active_cancels; }

bool CancelAllRequests::is_active() { return active_cancels > 0; }

Client::Client(const Environment& environment, const std::string& origin, std::string token, Limits limits,
               std::string_view scheme, ProxyRules proxy_rules, std::string_view cookie)
    : own_(std::make_unique<Connections>(limits.at_once)),
      session_(make_session(*own_, environment, origin, std::move(token), limits, scheme, proxy_rules, cookie)) {}

Client::Client(Connections& connections, const Environment& environment, const std::string& origin, std::string token,
               Limits limits, std::string_view scheme, ProxyRules proxy_rules, std::string_view cookie)
    : session_(make_session(connections, environment, origin, std::move(token), limits, scheme, proxy_rules, cookie)) {}

Client::~Client() = default;
Client::Client(Client&&) noexcept = default;

Result<Answer> Client::get(const std::string& url) { return send({}, url); }

Result<Answer> Client::head(const std::string& url) { return send({.method = Method::head}, url); }

Result<Answer> Client::send(const Form& form, const std::string& url) {
  Result<Answer> only = Answer{};
  const Batch::Take take = [&](std::size_t, Result<Answer> answer) -> Result<void> {
    only = std::move(answer);
    return {};
  };
  TRY(check(session_->token));
  if (std::ranges::any_of(form.headers, has_controls))
    return Error{ErrorCode::usage, say("a value for a request header contains a control character"), ""};
  TRY(Batch(*session_, form, {&url, 1}, take, {}).run());
  return only;
}

Result<void> Client::get_all(std::span<const std::string> urls, const Batch::Take& take,
                             std::span<const std::uint64_t> body_bytes) {
  TRY(check(session_->token));
  const Form form;
  return Batch(*session_, form, urls, take, body_bytes).run();
}

std::uint64_t Client::requests_made() const { return session_->requests; }

}  // namespace hubcache::http
