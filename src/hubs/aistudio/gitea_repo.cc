#include "hubs/aistudio/gitea_repo.h"

#include <fmt/format.h>

#include "base/language.h"

namespace hubcache::hub {

GiteaRepo::GiteaRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo)
    : HubRepo(client, endpoint, repo) {
  base_ = endpoint.host + "/api/v1/repos/" + http::quote(repo.id.owner()) + "/" + http::quote(repo.id.name());
}

std::string GiteaRepo::about_url() const { return base_; }

std::string GiteaRepo::branch_url() const { return base_ + "/branches/" + http::quote(repo().revision.str()); }

std::string GiteaRepo::tag_url() const { return base_ + "/tags/" + http::quote(repo().revision.str()); }

std::string GiteaRepo::tree_url(std::string_view revision, std::uint64_t page) const {
  return fmt::format("{}/git/trees/{}?recursive=true&page={}&per_page=1000", base_, http::quote(revision), page);
}

/// Models aistudio_sdk.requests.hub.request_aistudio_git_file_info: no ?ref= for master, even if master is not the
/// default branch.
std::string GiteaRepo::contents_url(std::string_view path) const {
  std::string url = base_ + "/contents";
  if (!path.empty()) url.append("/").append(http::quote(path));
  if (repo().revision.str() != "master") url.append("?ref=").append(http::quote(repo().revision.str()));
  return url;
}

Error GiteaRepo::refusal(const std::string& url, const http::Answer& answer) const {
  const std::string words = said(answer);
  Error error = answer.status == 400   ? no_revision(url, words)
                : answer.status == 401 ? refused_token(url, words)
                : answer.status == 404 ? not_found(url, words)
                                       : common_refusal(url, answer.status, words);
  error.refused = answer.status == 400 || answer.status == 401 || answer.status == 403 || answer.status == 404;
  return error;
}

Error GiteaRepo::unsettled(const std::string& url, const std::string& what) {
  is_unsettled_ = true;
  return failure(url, what, say("push the model, wait a moment and try again"));
}

/// Returns the Error for a 401. Gitea rejects a bad token even if the repo is public and needs no token.
Error GiteaRepo::refused_token(const std::string& url, const std::string& words) const {
  if (endpoint().token.empty())
    return failure(url, say("the hub requires an access token ({})", words), say("set {}", endpoint().token_variable));
  return failure(url, say("the hub rejects the access token ({})", words),
                 say("the hub rejects a bad token even for public repos: replace or remove the token in {}",
                     endpoint().token_from));
}

std::string GiteaRepo::message_of(const http::Answer& answer) const { return read_message(answer.body).value_or(""); }

}  // namespace hubcache::hub
