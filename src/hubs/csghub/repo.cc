#include "hubs/csghub/repo.h"

#include <ranges>
#include <string_view>

#include <fmt/format.h>

#include "base/language.h"
#include "hubs/csghub/answer.h"

namespace hubcache::hub {
namespace {

/// csghub-server answers 500 to a question about a model that it does not find (api/handler/model_ce.go, SDKModelInfo,
/// commit c1ada0e). A failure of the server has the same status, but another text.
bool tells_not_found(const http::Answer& answer) {
  const bool is_failure = answer.status == 500 && read_csghub_error(answer.body).find("find") != std::string::npos;
  return answer.status == 404 || is_failure;
}

std::string quoted_path(std::string_view path) {
  std::string quoted;
  for (const auto part : std::views::split(path, '/'))
    quoted += (quoted.empty() ? "" : "/") + http::quote(std::string_view(part));
  return quoted;
}

}  // namespace

/// `blobs` requests the ids and sizes of files; the client does without them.
std::string CsgHubRepo::info_url() const {
  return fmt::format("{}/csg/api/{}/{}/{}/revision/{}?blobs=true", endpoint().host,
                     repo().type == RepoType::model ? "models" : "datasets", http::quote(repo().id.owner()),
                     http::quote(repo().id.name()), http::quote(repo().revision.str()));
}

/// As csghub-sdk 0.9.3 requests a file (file_download.get_file_download_url).
std::string CsgHubRepo::file_url(const RelPath& path) const {
  return fmt::format("{}/csg/{}{}/{}/resolve/{}/{}", endpoint().host, repo().type == RepoType::model ? "" : "datasets/",
                     http::quote(repo().id.owner()), http::quote(repo().id.name()), http::quote(repo().revision.str()),
                     quoted_path(path.str()));
}

Error CsgHubRepo::refusal(const std::string& url, const http::Answer& answer) const {
  const bool is_unknown = tells_not_found(answer);
  Error error = reason_of(url, answer, is_unknown);
  error.refused = is_unknown || answer.status == 401 || answer.status == 403;
  return error;
}

/// The hub does not distinguish an unknown repo from an unknown revision.
Error CsgHubRepo::reason_of(const std::string& url, const http::Answer& answer, bool is_unknown) const {
  const std::string words = said(answer);
  const bool has_token = !endpoint().token.empty();
  if (answer.status == 401 && has_token)
    return failure(url, say("the hub rejects the access token ({})", words),
                   say("replace or remove the token in {}", endpoint().token_from));
  if (!is_unknown && answer.status != 401) return common_refusal(url, answer.status, words);
  Error error = not_found(url, words);
  error.hint += say("; the hub may also lack the revision {}", repo().revision.str());
  return error;
}

std::string CsgHubRepo::message_of(const http::Answer& answer) const { return read_csghub_error(answer.body); }

}  // namespace hubcache::hub
