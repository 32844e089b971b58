#include "hubs/hf_client/api.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/language.h"
#include "base/text.h"
#include "hub/repo_file.h"
#include "hub/upstream.h"
#include "hubs/hf_client/api_answers.h"
#include "server/file_answer.h"
#include "server/request_target.h"

namespace hubcache::hub::hf_client {
namespace {

constexpr std::size_t largest_body = 4 << 20;  // bytes of a paths-info request

/// The parts of the target of a request about a repo.
struct Names {
  RepoType type = RepoType::model;
  std::string owner = {}, name = {};
  std::string what = {};                     ///< "" for the info; revision, tree, paths-info, refs, resolve
  std::optional<std::string> revision = {};  ///< none: the repo's default
  std::string path = {};                     ///< path of a file or folder
};

/// A request about a repo.
struct Question : Names {
  Question(std::shared_ptr<server::Exchange> asked, Services& hub_services, Api asked_api)
      : exchange(std::move(asked)),
        services(hub_services),
        api(std::move(asked_api)),
        target(server::split_target(exchange->request().target)) {}

  std::shared_ptr<server::Exchange> exchange;
  Services& services;
  Api api;
  server::RequestTarget target;
  const CatalogRepo* repo = nullptr;
  std::size_t number = 0;  ///< index into CatalogRepo::revisions

  void answer(server::Answer answer) const { exchange->answer(std::move(answer)); }
  const std::string& commit() const { return repo->revisions[number].version; }
};

/// Decodes the parts from `from` on and joins them with slashes; nullopt if an escape is invalid.
std::optional<std::string> joined(const std::vector<std::string_view>& parts, std::size_t from) {
  std::string path;
  for (std::size_t i = from; i < parts.size(); ++i) {
    const auto part = server::unescaped(parts[i]);
    if (!part) return std::nullopt;
    path += (i > from ? "/" : "") + *part;
  }
  return path;
}

/// Parses PREFIX/api/models/OWNER/NAME[/WHAT/REVISION[/PATH]] (or datasets instead of models) and
/// PREFIX/[datasets/]OWNER/NAME/resolve/REVISION/PATH. nullopt for other targets.
std::optional<Names> names_in(const server::RequestTarget& target, std::string_view prefix) {
  auto parts = target.parts;
  const auto above = static_cast<std::size_t>(std::ranges::count(prefix, '/'));
  if (parts.size() < above) return std::nullopt;
  parts.erase(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(above));
  Names names;
  const bool is_api = !parts.empty() && parts.front() == "api";
  if (is_api) parts.erase(parts.begin());
  const bool names_type = !parts.empty() && (parts.front() == "datasets" || (is_api && parts.front() == "models"));
  if (names_type) names.type = parts.front() == "datasets" ? RepoType::dataset : RepoType::model;
  if (names_type) parts.erase(parts.begin());
  if ((is_api && !names_type) || parts.size() < 2) return std::nullopt;
  const auto owner = server::unescaped(parts[0]), name = server::unescaped(parts[1]);
  const auto revision = parts.size() > 3 ? server::unescaped(parts[3]) : std::nullopt;
  const auto path = joined(parts, 4);
  if (!owner || !name || !path || (parts.size() > 3 && !revision)) return std::nullopt;
  names.owner = *owner;
  names.name = *name;
  names.what = parts.size() > 2 ? parts[2] : "";
  names.revision = revision;
  names.path = *path;
  const bool is_known = is_api ? names.what != "resolve" : names.what == "resolve" && !names.path.empty();
  return is_known ? std::optional(std::move(names)) : std::nullopt;
}

/// Passes a request for something that is not adopted to the upstream; offline, refuses it as the hub would.
void leave(const std::shared_ptr<server::Exchange>& exchange, Services& services) {
  if (services.is_offline()) return exchange->answer(no_repo());
  services.pass_through(exchange, [exchange](const std::string& reason) {
    exchange->answer(error(502, "the hub cannot be reached: " + printable(reason), ""));
  });
}

bool asks_for(const std::string& text) { return text == "true" || text == "True" || text == "1"; }

std::size_t number_of(const std::string& text, std::size_t otherwise) {
  std::size_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && stop == text.data() + text.size() && !text.empty() ? value : otherwise;
}

void answer_tree(const Question& question) {
  Page page;
  page.recursive = asks_for(question.target.asked("recursive"));
  page.start = number_of(question.target.asked("cursor"), 0);
  page.limit = std::clamp<std::size_t>(number_of(question.target.asked("limit"), page.limit), 1, page.limit);
  const std::string_view asked = question.exchange->request().target;
  const std::size_t start = question.api.prefix.size();
  const std::string url = question.api.root + std::string(asked.substr(start, asked.find('?') - start));
  question.answer(tree(*question.repo, question.number, question.path, page, url));
}

void answer_file(const Question& question) {
  const FilePtr file = question.repo->find(question.path);
  if (!file) return question.answer(no_entry(question.commit()));
  if (file->stored) {
    // The hub itself answers HEAD: the client takes etag and commit from it.
    std::string headers = headers_of(*question.repo, question.number, *file);
    headers += fmt::format("X-Linked-Size: {}\r\n", file->size);
    const std::string etag = fmt::format("\"{}\"", etag_of(*question.repo, question.number, *file));
    return question.services.send_stored(question.exchange, *file, {etag, std::move(headers)});
  }
  auto opened = open_file(*question.repo, *file);
  if (!opened) {
    question.services.say(question.repo->id.str() + ": " + opened.error().message);
    return question.answer(no_entry(question.commit()));
  }
  std::string headers = headers_of(*question.repo, question.number, *file);
  headers += fmt::format("X-Linked-Size: {}\r\n", opened->state.stamp.size);
  // The hub's etag, since clients name cached files by it; edited files have it too.
  const server::ETag etag{fmt::format("\"{}\"", etag_of(*question.repo, question.number, *file)), false};
  question.answer(server::file_answer(question.exchange->request(), *std::move(opened), etag, headers));
}

/// Parses the body of hf_api.get_paths_info: JSON since huggingface_hub 1, a form in earlier versions.
std::vector<std::string> paths_in(const std::string& body) {
  std::vector<std::string> paths;
  if (!body.starts_with('{')) {
    for (std::size_t start = 0; start < body.size();) {
      const auto end = std::min(body.find('&', start), body.size());
      std::string field = body.substr(start, end - start);
      std::ranges::replace(field, '+', ' ');
      if (const auto path = field.starts_with("paths=") ? server::unescaped(field.substr(6)) : std::nullopt)
        paths.push_back(*path);
      start = end + 1;
    }
    return paths;
  }
  const auto json = nlohmann::json::parse(body, nullptr, false);
  const auto list = json.is_object() && json.contains("paths") ? json["paths"] : nlohmann::json();
  if (list.is_string()) paths.push_back(list.get<std::string>());
  for (const auto& path : list.is_array() ? list : nlohmann::json::array()) {
    if (path.is_string()) paths.push_back(path.get<std::string>());
  }
  return paths;
}

void answer_paths(const Question& question, std::string so_far) {
  question.exchange->read_body([question, so_far = std::move(so_far)](std::optional<std::string_view> piece) mutable {
    if (!piece) return question.exchange->abort();
    so_far += *piece;
    if (so_far.size() > largest_body) return question.answer(error(413, "Too many paths", ""));
    if (!piece->empty()) return answer_paths(question, std::move(so_far));
    question.answer(paths_info(*question.repo, question.number, paths_in(so_far)));
  });
}

void answer_repo(Question& question) {
  const auto number = question.revision ? question.repo->revision(*question.revision)
                                        : std::optional(question.repo->revision("main").value_or(0));
  if (question.what == "refs") return question.answer(refs(*question.repo));
  if (!number) return question.answer(no_revision(*question.revision));
  question.number = *number;
  if (question.what == "tree") return answer_tree(question);
  if (question.what == "paths-info") return answer_paths(question, "");
  if (question.what == "resolve") return answer_file(question);
  if (!question.what.empty() && question.what != "revision") return leave(question.exchange, question.services);
  question.answer(info(*question.repo, question.number, asks_for(question.target.asked("blobs"))));
}

/// Answers telemetry requests, and offline also requests about the user, without passing them to the hub. Returns false
/// for other requests.
bool answer_quietly(const std::shared_ptr<server::Exchange>& exchange, const Services& services,
                    std::string_view target) {
  if (target.starts_with("/api/telemetry/") || target.starts_with("/api/agent-harnesses")) {
    exchange->answer({200, "Content-Type: application/json; charset=utf-8\r\n", "{}"});
    return true;
  }
  const bool asks_who = target.starts_with("/api/whoami-v2") && services.is_offline();
  if (asks_who) exchange->answer(error(401, "Invalid username or password.", ""));
  return asks_who;
}

/// Whether the API answers such a request from this machine. Other requests about a repo are for the upstream.
bool is_answered(const std::string& what) {
  constexpr std::string_view answered[] = {"", "revision", "tree", "paths-info", "refs", "resolve"};
  return std::ranges::find(answered, what) != std::end(answered);
}

bool reads(const Question& question) {
  const std::string_view method = question.exchange->request().method;
  return method == "GET" || method == "HEAD" || (method == "POST" && question.what == "paths-info");
}

server::Answer only_reads() {
  server::Answer answer = error(405, "The hub serves this repo for reading", "");
  answer.headers += "Allow: GET, HEAD\r\n";
  return answer;
}

}  // namespace

std::optional<AskedRepo> asked_repo(const server::Request& request, std::string_view prefix) {
  const auto names = names_in(server::split_target(request.target), prefix);
  if (!names) return std::nullopt;
  AskedRepo asked{names->owner, names->name, names->type};
  if (names->revision) asked.revisions.push_back(*names->revision);
  return asked;
}

void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services, const Api& api) {
  const server::Request& request = exchange->request();
  if (answer_quietly(exchange, services, request.target.substr(api.prefix.size()))) return;
  Question question(exchange, services, api);
  auto names = names_in(question.target, api.prefix);
  const bool is_repo = names.has_value();
  if (is_repo) {
    static_cast<Names&>(question) = *std::move(names);
    question.repo = services.find(*exchange, api.hub, question.owner, question.name, question.type);
  }
  if (question.repo && is_answered(question.what) && !reads(question)) return question.answer(only_reads());
  if (question.repo) return answer_repo(question);
  if (services.is_offline() && is_repo) services.say_refused(question.owner + "/" + question.name);
  leave(exchange, services);
}

}  // namespace hubcache::hub::hf_client
