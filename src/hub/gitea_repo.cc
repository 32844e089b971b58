#include "hub/gitea_repo.h"

#include <fmt/format.h>

#include "base/text.h"
#include "http/redact.h"

namespace hubcache::hub {
namespace {

constexpr std::size_t longest_quote = 200;

/// What an answer calls itself, fit for a message.
std::string type_of(const http::Answer& answer) {
  const std::string type = answer.content_type.substr(0, answer.content_type.find(';'));
  return type.empty() ? "a body without a type" : printable(type.substr(0, 80));
}

}  // namespace

GiteaRepo::GiteaRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo)
    : client_(client), endpoint_(endpoint), repo_(repo) {
  base_ = endpoint.host + "/api/v1/repos/" + http::quote(repo.id.owner()) + "/" + http::quote(repo.id.name());
}

std::string GiteaRepo::tag_url() const { return base_ + "/tags/" + http::quote(repo_.revision.str()); }

std::string GiteaRepo::tree_url(std::string_view revision, std::uint64_t page) const {
  return fmt::format("{}/git/trees/{}?recursive=true&page={}&per_page=1000", base_, http::quote(revision), page);
}

/// aistudio_sdk.requests.hub.request_aistudio_git_file_info: no ?ref= for master, which need not be the default branch.
std::string GiteaRepo::contents_url(std::string_view path) const {
  std::string url = base_ + "/contents";
  if (!path.empty()) url.append("/").append(http::quote(path));
  if (repo_.revision.str() != "master") url.append("?ref=").append(http::quote(repo_.revision.str()));
  return url;
}

Error GiteaRepo::refusal(const std::string& url, const http::Answer& answer) const {
  const std::string words = said(answer);
  switch (answer.status) {
    case 400:
      return failure(url,
                     fmt::format("{} has no revision {} ({})", repo_.id.str(), in_quotes(repo_.revision.str()), words),
                     "name a branch, a tag or a commit of the repo");
    case 401: return refused_token(url, words);
    case 403: return failure(url, "the hub forbids it (" + words + ")", "check that your account may read the repo");
    case 404: return not_found(url, words);
    case 429: return failure(url, "the hub is asked too often (" + words + ")", "try again later");
    default: break;
  }
  if (answer.status >= 500) return failure(url, "the hub itself fails (" + words + ")", "try again later");
  return failure(url, "the hub gives an unexpected answer (" + words + ")", "check that STUDIO_GIT_HOST names the hub");
}

Error GiteaRepo::not_found(const std::string& url, const std::string& words) const {
  return failure(url,
                 fmt::format("there is no {} {}, or it is private ({})", name_of(repo_.type), repo_.id.str(), words),
                 endpoint_.token.empty()
                     ? "check the id; for a private repo log in: set AISTUDIO_ACCESS_TOKEN"
                     : "check the id, and that the account of the token in " + endpoint_.token_from + " may read it");
}

/// Gitea answers 401 to a bad token even where the repo is public and no token is needed.
Error GiteaRepo::refused_token(const std::string& url, const std::string& words) const {
  if (endpoint_.token.empty())
    return failure(url, "the hub wants an access token (" + words + ")", "set AISTUDIO_ACCESS_TOKEN");
  return failure(url, "the hub refuses the access token (" + words + ")",
                 "a bad token is refused even for a public repo: renew or remove the one in " + endpoint_.token_from);
}

Error GiteaRepo::failure(const std::string& url, const std::string& what, std::string hint) const {
  return {ErrorCode::hub, http::redact(http::for_message(url), endpoint_.token) + ": " + what, std::move(hint)};
}

Error GiteaRepo::unreadable(const std::string& url, const http::Answer& answer, Error error) const {
  if (answer.content_type.find("json") == std::string::npos) {
    return failure(url, "answered with " + http::redact(type_of(answer), endpoint_.token) + ", not JSON",
                   "is it a proxy's or a login page? check STUDIO_GIT_HOST and the proxy variables");
  }
  return failure(url, error.message, std::move(error.hint));
}

/// "404: The target couldn't be found.", at most 200 bytes of what the server wrote, without the token.
std::string GiteaRepo::said(const http::Answer& answer) const {
  std::string words = http::redact(read_message(answer.body).value_or(answer.body), endpoint_.token);
  if (words.size() > longest_quote) words.resize(longest_quote);
  words = printable(words);
  return words.empty() ? std::to_string(answer.status) : fmt::format("{}: {}", answer.status, words);
}

}  // namespace hubcache::hub
