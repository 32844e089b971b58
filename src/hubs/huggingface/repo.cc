#include "hubs/huggingface/repo.h"

#include "base/language.h"
#include "hubs/huggingface/answer.h"

namespace hubcache::hub {

HuggingFaceRepo::HuggingFaceRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo)
    : HubRepo(client, endpoint, repo) {
  base_ = endpoint.host + (repo.type == RepoType::model ? "/api/models/" : "/api/datasets/");
  base_ += http::quote(repo.id.owner()) + "/" + http::quote(repo.id.name());
}

std::string HuggingFaceRepo::info_url() const { return base_ + "/revision/" + http::quote(repo().revision.str()); }

std::string HuggingFaceRepo::tree_url(std::string_view commit) const {
  return base_ + "/tree/" + http::quote(commit) + "?recursive=true&expand=false";
}

Error HuggingFaceRepo::refusal(const std::string& url, const http::Answer& answer) const {
  Error error = reason_of(url, answer);
  error.refused = answer.status == 401 || answer.status == 403 || answer.status == 404;
  return error;
}

Error HuggingFaceRepo::reason_of(const std::string& url, const http::Answer& answer) const {
  const std::string words = said(answer);
  if (answer.error_code == "RevisionNotFound") return no_revision(url, words);
  if (answer.error_code == "GatedRepo") {
    return failure(url, say("the repo is gated ({})", words),
                   endpoint().token.empty()
                       ? say("request access on the repo's page, then set HF_TOKEN to that account's token")
                       : say("request access on the repo's page for {}", account()));
  }
  if (answer.status == 401) return without_permission(url, words);
  if (answer.status == 404) return not_found(url, words);
  return common_refusal(url, answer.status, words);
}

/// Returns the Error for a 401. Without a token, the hub answers 401 also for a repo that does not exist.
Error HuggingFaceRepo::without_permission(const std::string& url, const std::string& words) const {
  if (endpoint().token.empty()) return not_found(url, words);
  return failure(url, say("the hub rejects the access token ({})", words),
                 say("replace or remove the token in {}", endpoint().token_from));
}

std::string HuggingFaceRepo::message_of(const http::Answer& answer) const {
  return read_huggingface_error(answer.body);
}

}  // namespace hubcache::hub
