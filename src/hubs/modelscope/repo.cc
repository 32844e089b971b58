#include "hubs/modelscope/repo.h"

#include <fmt/format.h>

#include "hubs/modelscope/answer.h"

namespace hubcache::hub {

ModelScopeRepo::ModelScopeRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo)
    : HubRepo(client, endpoint, repo) {
  base_ = endpoint.host + (repo.type == RepoType::model ? "/api/v1/models/" : "/api/v1/datasets/");
  base_ += http::quote(repo.id.owner()) + "/" + http::quote(repo.id.name());
}

std::string ModelScopeRepo::files_url(std::string_view folder, bool is_recursive) const {
  const std::string url = fmt::format("{}/repo/files?Revision={}&Recursive={}", base_,
                                      http::quote(repo().revision.str()), is_recursive ? "True" : "False");
  return folder.empty() ? url : url + "&Root=" + http::quote(folder);
}

std::string ModelScopeRepo::tree_url(std::uint64_t page) const {
  return fmt::format("{}/repo/tree?Revision={}&Recursive=True&PageNumber={}&PageSize={}", base_,
                     http::quote(repo().revision.str()), page, page_size);
}

std::string ModelScopeRepo::revisions_url() const { return base_ + "/revisions"; }

/// The hub answers 404 also if the user may not read the repo, and if the repo has no such revision.
Error ModelScopeRepo::refusal(const std::string& url, const http::Answer& answer) const {
  const std::string words = said(answer);
  Error error = answer.status == 404 ? not_found(url, words) : common_refusal(url, answer.status, words);
  error.refused = answer.status == 401 || answer.status == 403 || answer.status == 404;
  return error;
}

std::string ModelScopeRepo::message_of(const http::Answer& answer) const {
  return read_modelscope_message(answer.body);
}

}  // namespace hubcache::hub
