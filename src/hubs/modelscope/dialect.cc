#include "hubs/modelscope/dialect.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "hub/download_program.h"
#include "hub/repo_file.h"
#include "hubs/modelscope/dialect_request.h"
#include "hubs/modelscope/endpoint.h"
#include "hubs/modelscope/hub.h"
#include "server/file_answer.h"

namespace hubcache::hub {
namespace {

namespace api = modelscope_api;

/// The pages of a data set come from the same listing. So do the folders that a client requests one by one after a
/// listing of 3,000 entries (_legacy_api.LegacyClient._walk_repo_files, modelscope-hub 0.5.1).
constexpr std::chrono::hours oldest_for_page{1};
constexpr std::chrono::minutes oldest_for_folder{1};

/// Passes the request to the upstream; offline, answers with `refusal`. If the upstream cannot be reached, calls
/// `without_hub`; if that is empty, answers with an error.
void leave(const std::shared_ptr<server::Exchange>& exchange, Services& services, server::Answer refusal,
           std::function<void()> without_hub = {}) {
  if (services.is_offline()) return exchange->answer(std::move(refusal));
  services.pass_through(exchange, [exchange, without_hub = std::move(without_hub)](const std::string& reason) {
    if (without_hub) return without_hub();
    exchange->answer(api::error(502, "the hub cannot be reached: " + printable(reason)));
  });
}

const CatalogRepo* find(const server::Exchange& exchange, const Services& services, const api::RepoPath& path) {
  if (path.number.empty()) return services.find(exchange, modelscope_hub, path.owner, path.name, path.type);
  const Catalog& catalog = services.catalog();
  const auto found = std::ranges::find_if(catalog.repos(), [&](const CatalogRepo& repo) {
    return repo.hub == &modelscope_hub && repo.type == path.type && std::to_string(api::number_of(repo)) == path.number;
  });
  return found == catalog.repos().end() ? nullptr : &*found;
}

ServedListings::Clock::duration oldest_for(const api::Part& part) {
  if (part.page > 1) return oldest_for_page;
  if (!part.folder.empty() || !part.is_recursive) return oldest_for_folder;
  return {};
}

}  // namespace

/// One request about an adopted repo.
struct ModelScopeDialect::Question {
  std::shared_ptr<server::Exchange> exchange;
  Services& services;
  const CatalogRepo& repo;
  server::RequestTarget target;
  std::string what;
  std::size_t number = 0;  ///< index into CatalogRepo::revisions

  void answer(server::Answer answer) const { exchange->answer(std::move(answer)); }
  void leave(std::function<void()> without_hub = {}) const {
    if (repo.is_published()) return answer(api::not_found());
    hub::leave(exchange, services, api::not_found(), std::move(without_hub));
  }
};

std::vector<std::pair<std::string, std::string>> ModelScopeDialect::variables(const std::string& root) const {
  return {{"MODELSCOPE_ENDPOINT", root}};
}

std::vector<std::string> ModelScopeDialect::fixed_sites(const Environment& environment) const {
  return modelscope_sites(environment);
}

std::string ModelScopeDialect::download_program(RepoType type, const RepoId& id, const std::string& revision) const {
  const bool is_model = type == RepoType::model;
  return hub::download_program("modelscope.hub.snapshot_download",
                               is_model ? "snapshot_download" : "dataset_snapshot_download", "", id, revision);
}

std::optional<AskedRepo> ModelScopeDialect::asked_repo(const server::Request& request) const {
  const server::RequestTarget target = server::split_target(request.target);
  const auto path = api::repo_path(target);
  if (!path || !path->number.empty()) return std::nullopt;
  AskedRepo asked{path->owner, path->name, path->type};
  if (std::string revision = target.asked("Revision"); !revision.empty())
    asked.revisions.push_back(std::move(revision));
  return asked;
}

void ModelScopeDialect::handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) {
  const server::Request& request = exchange->request();
  server::RequestTarget target = server::split_target(request.target);
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  const bool asks_for_acceleration = is_read && api::asks_for_acceleration(target);
  if (asks_for_acceleration)
    return leave(exchange, services, api::acceleration(), [exchange] { exchange->answer(api::acceleration()); });
  const auto path = is_read ? api::repo_path(target) : std::nullopt;
  const CatalogRepo* repo = path ? find(*exchange, services, *path) : nullptr;
  if (repo) return answer_repo({exchange, services, *repo, std::move(target), path->what});
  if (services.is_offline() && path && path->number.empty()) services.say_refused(path->owner + "/" + path->name);
  leave(exchange, services, api::not_found());
}

void ModelScopeDialect::answer_repo(Question question) {
  const bool is_model = question.repo.type == RepoType::model;
  if (question.what.empty()) return question.answer(api::info(question.repo));
  if (is_model && question.what == "revisions") return question.answer(api::revisions(question.repo));
  std::string revision = question.target.asked("Revision");
  if (revision.empty()) revision = question.repo.default_revision();
  const auto number = question.repo.revision(revision);
  if (!number) return question.leave();
  question.number = *number;
  if (question.what == "repo") return answer_file(question);
  if (question.what == (is_model ? "repo/files" : "repo/tree")) return answer_listing(question);
  question.leave();
}

/// Clients before 1.38, which ask a fixed site, refuse a file whose Sha256 is null, also if it is in their cache.
void ModelScopeDialect::answer_listing(const Question& question) {
  const auto computed = std::make_shared<api::ComputedDigests>();
  if (!question.exchange->front()) return list_files(question, computed);
  compute_and_list(question, 0, computed);
}

void ModelScopeDialect::compute_and_list(const Question& question, std::size_t first,
                                         const std::shared_ptr<api::ComputedDigests>& computed) {
  for (std::size_t i = first; i < question.repo.files.size(); ++i) {
    const CatalogFile& file = question.repo.files[i];
    const auto seen = look_at(question.repo, file);
    const bool is_known = !seen || !question.services.digests().known(seen->state).empty();
    if (is_known) continue;
    return digests_.compute(question.services, *seen, [this, question, i, &file, computed](const std::string& sha256) {
      computed->emplace(&file, sha256);
      compute_and_list(question, i + 1, computed);
    });
  }
  list_files(question, computed);
}

void ModelScopeDialect::list_files(const Question& question, const std::shared_ptr<api::ComputedDigests>& computed) {
  const api::Part part = api::part_of(question.target, question.repo.type == RepoType::dataset);
  listings_.with(question.services, question.repo, question.number, api::token_of(question.exchange->request()),
                 oldest_for(part), [this, question, part, computed](const Entries& listing) {
                   question.answer(api::listing(question.repo, question.services.digests(), listing, part,
                                                without_digest_, *computed));
                 });
}

void ModelScopeDialect::answer_file(const Question& question) {
  const std::string path = question.target.asked("FilePath");
  const FilePtr file = question.repo.find(path);
  const bool is_own = file && (file->is_adopted || question.services.is_offline());
  if (is_own) return send_file(question, *file);
  if (!RelPath::parse(path)) return question.answer(api::not_found());
  if (question.services.is_offline() && std::ranges::binary_search(question.repo.not_adopted, path)) {
    question.services.say(
        say("{}: refused a request for {}: not adopted (--offline)", question.repo.id.str(), in_quotes(path)));
  }
  if (!file) return question.leave();
  // The client has downloaded this file. If the hub does not answer, hubcache's listing contains the file.
  question.leave([this, question, file] { send_file(question, *file); });
}

/// Sends the file with its SHA-256. A client compares it with what it gets (_download.DownloadManager, modelscope-hub
/// 0.5.1): otherwise it would continue a file that an earlier download of other content left unfinished. A client that
/// downloads parts compares the listing's digest only. If the listing had none, it gets the whole file instead of a
/// part, and then downloads it without parts.
void ModelScopeDialect::send_file(const Question& question, const CatalogFile& file) {
  if (file.stored) {
    const ObjectId sha256 = file.stored->sha256.id();
    const std::string etag = fmt::format("\"{}\"", sha256.str());
    return question.services.send_stored(
        question.exchange, file,
        {etag, fmt::format("Content-Type: application/octet-stream\r\nX-Linked-ETag: {}\r\n", etag)});
  }
  const auto seen = look_at(question.repo, file);
  const auto state = seen ? std::optional(seen->state) : std::nullopt;
  const auto send = [this, question, &file, state](const std::string& sha256) {
    auto opened = open_file(question.repo, file);
    if (!opened) {
      question.services.say(question.repo.id.str() + ": " + opened.error().message);
      return question.answer(api::not_found());
    }
    const bool is_described = !sha256.empty() && opened->state == state;
    if (!is_described) return question.answer(api::error(503, "the file has changed while it was read"));
    const std::string headers =
        fmt::format("Content-Type: application/octet-stream\r\nX-Linked-ETag: \"{}\"\r\n", sha256);
    const auto etag = server::etag_of(opened->state.stamp, sha256);
    server::Request request = question.exchange->request();
    if (api::asks_for_part(request) && without_digest_.contains(&file))
      std::erase_if(request.headers, [](const auto& header) { return server::same_word(header.first, "Range"); });
    question.answer(server::file_answer(request, *std::move(opened), etag, headers));
  };
  if (!seen) return send("");
  const std::string known = question.services.digests().known(seen->state);
  if (!known.empty()) return send(known);
  digests_.compute(question.services, *seen, send);
}

}  // namespace hubcache::hub
