#include "hubs/csghub/dialect_sdk.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "http/connections.h"
#include "hub/repo_file.h"
#include "hub/served_listing.h"
#include "hubs/csghub/dialect_answers.h"
#include "hubs/csghub/endpoint.h"
#include "hubs/csghub/hub.h"
#include "hubs/csghub/listing.h"
#include "server/file_answer.h"

namespace hubcache::hub {
namespace {

namespace api = csghub_api;

constexpr std::size_t first_part = 2;          // the parts before it are csghub and csg
constexpr std::size_t longest_revision = 255;  // bytes, as of a Revision
constexpr std::chrono::minutes left_alone{1};

/// If the hub does not answer in this time, the client gets a listing of the adopted files only.
constexpr long patience_seconds = 8;
constexpr http::Limits patience{
    .connect_seconds = patience_seconds, .slow_seconds = patience_seconds, .total_seconds = patience_seconds};

/// Decodes parts and joins them with slashes; nullopt if an escape is invalid.
std::optional<std::string> joined(const std::vector<std::string_view>& parts, std::size_t from, std::size_t end) {
  std::string path;
  for (std::size_t i = from; i < end; ++i) {
    const auto part = server::unescaped(parts[i]);
    if (!part) return std::nullopt;
    path += (i > from ? "/" : "") + *part;
  }
  return path;
}

/// A path of utils.get_repo_meta_path or utils.get_file_download_url (csghub-sdk 0.9.3).
struct RepoPath {
  RepoType type = RepoType::model;
  std::string owner, name;
  bool is_file = false;  ///< else the request is for the information
  std::size_t rest = 0;  ///< position of the first part of the revision; the path of the file follows
};

/// Parses csghub/csg/api/{models,datasets}/OWNER/NAME/revision/… and csghub/csg/[datasets/]OWNER/NAME/resolve/….
std::optional<RepoPath> repo_path(const std::vector<std::string_view>& parts) {
  std::size_t at = first_part;
  const auto is = [&](std::string_view word) { return at < parts.size() && parts[at] == word; };
  RepoPath path;
  const bool is_api = is("api");
  if (is_api) ++at;
  path.is_file = !is_api;
  const bool names_type = is("datasets") || (is_api && is("models"));
  if (is("datasets")) path.type = RepoType::dataset;
  if (names_type) ++at;
  if ((is_api && !names_type) || parts.size() < at + 4) return std::nullopt;
  const auto owner = server::unescaped(parts[at]), name = server::unescaped(parts[at + 1]);
  if (!owner || !name || parts[at + 2] != (is_api ? "revision" : "resolve")) return std::nullopt;
  path.owner = *owner;
  path.name = *name;
  path.rest = at + 3;
  return path;
}

/// The rest of a path, divided into a revision and the parts of a file's path.
struct Division {
  std::string revision;
  std::size_t file = 0;  ///< position of the first part of the file's path
};

/// Returns the ways to divide it. In the address of a file, a revision may have several parts. A longer revision than
/// any hub has ends the search: a request may have thousands of parts.
std::vector<Division> divisions_of(const std::vector<std::string_view>& parts, const RepoPath& path) {
  std::vector<Division> found;
  std::string revision;
  for (std::size_t i = path.rest; i < parts.size(); ++i) {
    const auto part = server::unescaped(parts[i]);
    if (!part) break;
    revision += (i > path.rest ? "/" : "") + *part;
    if (revision.size() > longest_revision) break;
    const bool is_last = i + 1 == parts.size();
    if (is_last != path.is_file) found.push_back({revision, i + 1});
  }
  return found;
}

std::string token_of(const server::Request& request) {
  constexpr std::string_view bearer = "Bearer ";
  const auto text = request.header("Authorization");
  return text.starts_with(bearer) ? std::string(text.substr(bearer.size())) : "";
}

/// Whether the client continues a file that it has received in part (file_download.http_get, csghub-sdk 0.9.3).
bool continues_file(const server::Request& request) {
  const auto range = request.header("Range");
  return range.starts_with("bytes=") && range != "bytes=0-";
}

void tell_of_left_out(Services& services, const CatalogRepo& repo) {
  if (repo.not_adopted.empty()) return;
  services.say(say("{}: the listing omits {} of the hub: not adopted (--offline); the first file is {}", repo.id.str(),
                   counted(repo.not_adopted.size(), "file"), in_quotes(repo.not_adopted.front())));
}

}  // namespace

/// One request about an adopted repo.
struct CsgHubSdkApi::Question {
  std::shared_ptr<server::Exchange> exchange;
  Services& services;
  const CatalogRepo& repo;
  std::size_t number = 0;  ///< index into CatalogRepo::revisions

  void answer(server::Answer answer) const { exchange->answer(std::move(answer)); }
};

std::optional<AskedRepo> CsgHubSdkApi::asked_repo(const server::RequestTarget& target) {
  const auto path = repo_path(target.parts);
  if (!path) return std::nullopt;
  AskedRepo asked{path->owner, path->name, path->type};
  for (Division& one : divisions_of(target.parts, *path)) asked.revisions.push_back(std::move(one.revision));
  return asked;
}

void CsgHubSdkApi::handle(const std::shared_ptr<server::Exchange>& exchange, Services& services,
                          const server::RequestTarget& target) {
  const std::string_view method = exchange->request().method;
  const auto path = method == "GET" || method == "HEAD" ? repo_path(target.parts) : std::nullopt;
  const CatalogRepo* repo = path ? services.find(*exchange, csghub_hub, path->owner, path->name, path->type) : nullptr;
  if (!repo) {
    if (services.is_offline() && path) services.say_refused(path->owner + "/" + path->name);
    return api::leave(exchange, services);
  }
  for (const auto& [revision, after] : divisions_of(target.parts, *path)) {
    const auto number = repo->revision(revision);
    const auto file = number ? joined(target.parts, after, target.parts.size()) : std::nullopt;
    if (!file) continue;
    const Question question{exchange, services, *repo, *number};
    return path->is_file ? answer_file(question, *file) : answer_info(question);
  }
  api::leave(exchange, services);
}

void CsgHubSdkApi::answer_info(const Question& question) {
  const auto& [exchange, services, repo, number] = question;
  if (services.is_offline() || repo.is_published()) {
    tell_of_left_out(services, repo);
    return question.answer(api::info(repo, number, Entries::of(repo, number)));
  }
  const auto name = Revision::parse(repo.revisions[number].name);
  if (!name) return question.answer(api::not_found());
  const auto remote = std::make_shared<Result<Listing>>(Error{});
  services.do_aside(
      [this, remote, &services = services, asked = RepoRef{repo.type, repo.id, *name},
       token = token_of(exchange->request())] { *remote = ask_hub(services, asked, token); },
      [remote, question] {
        if (!*remote)
          question.services.say(
              say("{}: the listing contains only adopted files: {}", question.repo.id.str(), remote->error().message));
        question.answer(api::info(question.repo, question.number,
                                  make_listing(question.repo, question.number, *remote ? &(*remote)->tree : nullptr)));
      });
}

/// Without a token the request is anonymous, since every user of this machine can send requests. Runs on another
/// thread.
Result<Listing> CsgHubSdkApi::ask_hub(const Services& services, const RepoRef& repo, const std::string& token) {
  const auto began = Clock::now();
  if (began.time_since_epoch() < leave_alone_until_.load())
    return Error{ErrorCode::hub, say("the hub did not answer a moment ago"), ""};
  http::Connections connections;
  auto listing = list_csghub_at(csghub_endpoint_at(services.upstream(), token), connections, services.environment(),
                                patience, repo);
  const bool is_silent = !listing && Clock::now() - began >= std::chrono::seconds(patience_seconds) / 2;
  if (is_silent) leave_alone_until_ = (Clock::now() + left_alone).time_since_epoch();
  return listing;
}

void CsgHubSdkApi::answer_file(const Question& question, const std::string& path) {
  const auto& [exchange, services, repo, number] = question;
  const FilePtr file = repo.find(path);
  const bool is_own = file && (file->is_adopted || services.is_offline());
  if (is_own) return send_file(question, *file);
  if (services.is_offline() && std::ranges::binary_search(repo.not_adopted, path))
    services.say(say("{}: refused a request for {}: not adopted (--offline)", repo.id.str(), in_quotes(path)));
  if (!file && repo.is_published()) return question.answer(api::not_found());
  if (!file) return api::leave(exchange, services);
  // The client has downloaded this file. If the hub does not answer, hubcache's listing contains the file.
  api::leave(exchange, services, [this, question, file] { send_file(question, *file); });
}

void CsgHubSdkApi::send_file(const Question& question, const CatalogFile& file) {
  if (file.stored) {
    const ObjectId sha256 = file.stored->sha256.id();
    return question.services.send_stored(
        question.exchange, file, {fmt::format("\"{}\"", sha256.str()), "Content-Type: application/octet-stream\r\n"});
  }
  auto opened = open_file(question.repo, file);
  if (!opened) {
    question.services.say(question.repo.id.str() + ": " + opened.error().message);
    return question.answer(api::not_found());
  }
  const FileStamp& now = opened->state.stamp;
  const auto [sent, is_first] = first_sent_.try_emplace(&file, now);
  if (sent->second != now && continues_file(question.exchange->request()))
    return question.answer(api::error(409, "the file has changed since the first part was sent"));
  const auto etag = server::etag_of(now, "");
  question.answer(server::file_answer(question.exchange->request(), *std::move(opened), etag,
                                      "Content-Type: application/octet-stream\r\n"));
}

}  // namespace hubcache::hub
