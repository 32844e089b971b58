#include "hub/hub_repo.h"

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "http/redact.h"
#include "http/transfer.h"

namespace hubcache::hub {
namespace {

constexpr std::size_t longest_quote = 200;

/// Returns the answer's content type for a message.
std::string type_of(const http::Answer& answer) {
  const std::string type = answer.content_type.substr(0, answer.content_type.find(';'));
  return type.empty() ? say("a body without a type") : printable(type.substr(0, 80));
}

/// Whether the answer is HTML: a page from a proxy, or an error page from the hub.
bool is_page(const http::Answer& answer) {
  const auto start = answer.body.find_first_not_of(" \t\r\n");
  return answer.content_type.find("html") != std::string::npos ||
         (start != std::string::npos && answer.body[start] == '<');
}

}  // namespace

Error HubRepo::no_revision(const std::string& url, const std::string& words) const {
  return failure(url, say("{} has no revision {} ({})", repo_.id.str(), in_quotes(repo_.revision.str()), words),
                 say("use a branch, a tag or a commit of the repo"));
}

Error HubRepo::not_found(const std::string& url, const std::string& words) const {
  return failure(url, say("{} {} not found or private ({})", translated(name_of(repo_.type)), repo_.id.str(), words),
                 endpoint_.token.empty() ? say("check the id; for a private repo, set {}", endpoint_.token_variable)
                                         : say("check the id, and that {} may read the repo", account()));
}

std::string HubRepo::account() const { return say("the account of the token in {}", endpoint_.token_from); }

Error HubRepo::common_refusal(const std::string& url, long status, const std::string& words) const {
  if (status == 403)
    return failure(url, say("the hub denies access ({})", words),
                   endpoint_.token.empty() ? say("set {}", endpoint_.token_variable)
                                           : say("check that {} may read the repo", account()));
  if (status == http::too_many_requests)
    return failure(url, say("the hub received too many requests ({})", words), say("try again later"));
  if (status >= 500) {
    Error fails = failure(url, say("the hub failed ({})", words), say("try again later"));
    fails.unanswered = true;
    return fails;
  }
  return failure(url, say("the hub gave an unexpected response ({})", words),
                 say("check that {} names the hub", endpoint_.host_variable));
}

Error HubRepo::failure(const std::string& url, const std::string& what, std::string hint) const {
  return {ErrorCode::hub, say("{}: {}", http::redact(http::for_message(url), endpoint_.token), what), std::move(hint)};
}

Error HubRepo::unreadable(const std::string& url, const http::Answer& answer, Error error) const {
  if (answer.content_type.find("json") == std::string::npos) {
    return failure(
        url, say("returned {} instead of JSON", http::redact(type_of(answer), endpoint_.token)),
        say("check {} and the proxy variables: a proxy or a login page may have answered", endpoint_.host_variable));
  }
  if (error.hint.empty())
    error.hint = say("check that {1} names {0}", translated(endpoint_.api), endpoint_.host_variable);
  return failure(url, error.message, std::move(error.hint));
}

std::string HubRepo::said(const http::Answer& answer) const {
  const std::string message = message_of(answer);
  std::string words = http::redact(message.empty() && !is_page(answer) ? answer.body : message, endpoint_.token);
  if (words.size() > longest_quote) words.resize(longest_quote);
  words = printable(words);
  return words.empty() ? std::to_string(answer.status) : fmt::format("{}: {}", answer.status, words);
}

}  // namespace hubcache::hub
