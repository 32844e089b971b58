#include "hubs/aistudio/dialect.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/download_program.h"
#include "hub/repo_file.h"
#include "hub/upstream.h"
#include "hubs/aistudio/dialect_contents.h"
#include "hubs/aistudio/dialect_error.h"
#include "hubs/aistudio/dialect_question.h"
#include "hubs/aistudio/dialect_request.h"
#include "hubs/aistudio/endpoint.h"
#include "hubs/aistudio/hub.h"
#include "hubs/aistudio/listing.h"
#include "hubs/aistudio/target.h"
#include "server/request_target.h"

namespace hubcache::hub {
namespace {

constexpr std::string_view no_such_target = "The target couldn't be found.";
constexpr std::size_t most_listings = 16;
constexpr std::uint64_t whole_listing = 10'000'000;

constexpr std::string_view content_headers =
    "Cache-Control: private, max-age=300\r\nContent-Type: application/octet-stream\r\n"
    "X-Content-Type-Options: nosniff\r\nX-Gitea-Object-Type: file\r\n";
/// aistudio-sdk 0.3.9 gets a larger file in parts, and repeats a part that fails. The transfer of a smaller file that
/// fails once does not arrive, also at later runs (file_download.parallel_download,
/// AISTUDIO_PARALLEL_DOWNLOAD_THRESHOLD_MB).
constexpr std::uint64_t largest_sent_whole = 160ull << 20;

/// Time limit for the hub's listing, for which a client waits. If the hub does not answer, the client gets a listing of
/// the adopted files only, and later requests do not wait for the hub for a while.
constexpr long patience_seconds = 10;
constexpr http::Limits patience{.connect_seconds = patience_seconds, .slow_seconds = patience_seconds};
constexpr std::chrono::minutes left_alone{1};

}  // namespace

std::vector<std::pair<std::string, std::string>> GiteaDialect::variables(const std::string& root) const {
  return {{"STUDIO_GIT_HOST", root}};
}

std::string GiteaDialect::download_program(RepoType, const RepoId& id, const std::string& revision) const {
  // The function's first argument is `revision` (aistudio-sdk 0.3.9).
  return hub::download_program("aistudio_sdk.snapshot_download", "snapshot_download", "repo_id=", id, revision);
}

bool GiteaDialect::needs_digests(const Environment& environment) const {
  return aistudio().rules.settings(environment).hash_validation;
}

std::optional<AskedRepo> GiteaDialect::asked_repo(const server::Request& request) const {
  const server::RequestTarget target = server::split_target(request.target);
  const auto part = [&](std::size_t i) { return i < target.parts.size() ? target.parts[i] : std::string_view(); };
  if (part(0) != "api" || part(1) != "v1" || part(2) != "repos" || target.parts.size() <= 5) return std::nullopt;
  const auto owner = server::unescaped(part(3)), name = server::unescaped(part(4));
  if (!owner || !name) return std::nullopt;
  const bool is_tree = part(5) == "git" && part(6) == "trees";
  const auto rest = gitea::rest_of(target, is_tree ? 7 : 6);
  const bool names_revision = is_tree || part(5) == "tags";
  std::string revision = names_revision ? rest.value_or("") : target.asked("ref");
  AskedRepo asked{.owner = *owner, .name = *name};
  if (!revision.empty()) asked.revisions.push_back(std::move(revision));
  return asked;
}

/// Answers /api/v1/repos/OWNER/NAME/{tags,git/trees,contents,media,raw}/…
void GiteaDialect::handle(const std::shared_ptr<server::Exchange>& exchange, Services& services) {
  const server::Request& request = exchange->request();
  server::RequestTarget target = server::split_target(request.target);
  const auto part = [&](std::size_t i) { return i < target.parts.size() ? target.parts[i] : std::string_view(); };
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  const bool is_repo = is_read && part(0) == "api" && part(1) == "v1" && part(2) == "repos" && target.parts.size() > 5;
  const auto owner = is_repo ? server::unescaped(part(3)) : std::nullopt,
             name = is_repo ? server::unescaped(part(4)) : std::nullopt;
  const CatalogRepo* repo = owner && name ? services.find(*exchange, aistudio_hub, *owner, *name) : nullptr;
  if (!repo) {
    static const CatalogRepo nothing{.hub = &aistudio_hub, .type = RepoType::model, .id = *RepoId::parse("no/repo")};
    if (services.is_offline() && owner && name) services.say_refused(*owner + "/" + *name);
    return Question{exchange, services, nothing, {}, "", ""}.leave(gitea::not_found(services.root(), no_such_target));
  }
  const bool is_tree = part(5) == "git" && part(6) == "trees";
  auto rest = gitea::rest_of(target, is_tree ? 7 : 6);
  const std::string what(is_tree ? "trees" : part(5));
  if (!rest) return exchange->answer(gitea::not_found(services.root(), no_such_target));
  Question question{exchange, services, *repo, std::move(target), *std::move(rest), ""};
  if (what == "tags") return answer_tag(question);
  if (what == "trees") return answer_tree(std::move(question));
  question.revision = question.target.asked("ref");
  if (question.revision.empty()) question.revision = repo->default_revision();
  if (what == "contents") return answer_contents(std::move(question));
  if (what == "media" || what == "raw") return answer_file(question);
  question.leave(gitea::not_found(services.root(), no_such_target));
}

/// Answers 404 for an adopted revision: the client then requests the tree by the revision's own name.
void GiteaDialect::answer_tag(const Question& question) {
  server::Answer refusal = gitea::not_found(question.root(), question.path);
  const bool is_adopted =
      question.repo.revision(question.path) || gitea::revision_unquoted(question.repo, question.target);
  if (is_adopted) return question.answer(std::move(refusal));
  question.leave(std::move(refusal));
}

void GiteaDialect::answer_tree(Question question) {
  auto number = question.repo.revision(question.path);
  const bool is_unquoted = !number;
  if (!number) number = gitea::revision_unquoted(question.repo, question.target);
  if (!number) return question.leave(gitea::no_tree(question.root(), question.path));
  question.number = *number;
  gitea::Page page;
  page.number = gitea::number_of(question.target, "page", 1'000'000, 1);
  page.size = gitea::number_of(question.target, "per_page", 1000, 1000);
  const std::string recursive = question.target.asked("recursive");
  page.recursive = recursive == "true" || recursive == "1";
  // The SDK does not quote the revision, so its URL ends at a '#' in the name.
  const bool is_cut_off = is_unquoted && question.target.query.empty();
  if (is_cut_off) page = {.number = 1, .size = whole_listing, .recursive = true};
  with_listing(question, page.number == 1, [question, page](const Entries& listing) {
    question.answer(
        gitea::json_answer(200, gitea::tree(question.root(), question.repo, question.known().version, listing, page)));
  });
}

/// Calls `then` with the listing. A new listing is made only for its first page, so that all pages agree.
void GiteaDialect::with_listing(const Question& question, bool anew, std::function<void(const Entries&)> then) {
  Services& services = question.services;
  const CatalogRepo& repo = question.repo;
  if (repo.is_published()) return then(Entries::of(repo, question.number));
  const std::string token = services.is_offline() ? "" : gitea::token_of(question.exchange->request());
  const ListingKey key{question.repo.id.str(), question.number, token};
  const auto known = std::ranges::find(listings_, key, &std::pair<ListingKey, ServedListing>::first);
  if (known != listings_.end() && !anew) return then(*known->second);
  const auto give = [this, key, then = std::move(then)](const ServedListing& listing) {
    keep(key, listing);
    then(*listing);
  };
  const std::size_t number = question.number;
  if (services.is_offline()) {
    if (!repo.not_adopted.empty()) {
      services.say(say("{}: the listing omits {} of the hub: not adopted (--offline); the first file is {}",
                       repo.id.str(), counted(repo.not_adopted.size(), "file"), in_quotes(repo.not_adopted.front())));
    }
    return give(std::make_shared<std::vector<Listed>>(make_listing(repo, number, nullptr)));
  }
  const auto remote = std::make_shared<Result<Listing>>(Error{});
  services.do_aside(
      [this, remote, &repo, number, &services, token] { *remote = ask_hub(services, repo, number, token); },
      [remote, &repo, number, &services, give] {
        if (!*remote)
          services.say(say("{}: the listing contains only adopted files: {}", repo.id.str(), remote->error().message));
        give(std::make_shared<std::vector<Listed>>(make_listing(repo, number, *remote ? &(*remote)->tree : nullptr)));
      });
}

void GiteaDialect::keep(const ListingKey& key, const ServedListing& listing) {
  std::erase_if(listings_, [&](const auto& known) { return known.first == key; });
  if (listings_.size() >= most_listings) listings_.pop_front();
  listings_.emplace_back(key, listing);
}

/// Lists the repo on the real hub, with the caller's own token. Without a token the request is anonymous, since every
/// user of this machine can send requests. Runs on another thread.
Result<Listing> GiteaDialect::ask_hub(const Services& services, const CatalogRepo& repo, std::size_t number,
                                      const std::string& token) {
  using Clock = std::chrono::steady_clock;
  const auto name = TRY(Revision::parse(repo.revisions[number].name));
  const auto began = Clock::now();
  if (began.time_since_epoch() < leave_alone_until_.load())
    return Error{ErrorCode::hub, say("the hub did not answer a moment ago"), ""};
  const Local local{[&](const RelPath& path) { return repo.find(path.str()) != nullptr; }};
  http::Connections connections;
  auto listing = list_aistudio_at(endpoint_at(services.upstream(), token), connections, services.environment(),
                                  patience, {repo.type, repo.id, name}, local);
  const bool is_silent = !listing && Clock::now() - began >= std::chrono::seconds(patience_seconds) / 2;
  if (is_silent) leave_alone_until_ = (Clock::now() + left_alone).time_since_epoch();
  return listing;
}

void GiteaDialect::answer_contents(Question question) {
  const auto number = question.repo.revision(question.revision);
  if (!number) return question.leave(gitea::no_contents(question.root(), question.revision, ""));
  question.number = *number;
  const FilePtr file = question.repo.find(question.path);
  if (file && (file->is_adopted || question.is_offline())) return describe(question, *file);
  // The client has downloaded this file. If the hub does not answer, hubcache's listing contains the file, so a 404
  // would cause a KeyError.
  if (file)
    return question.leave_file(gitea::no_contents(question.root(), "", question.path),
                               [this, question, file] { describe(question, *file); });
  if (question.repo.has_folder(question.path)) {
    return with_listing(question, false, [question](const Entries& listing) {
      const bool is_file_of_hub = listing.has_file(question.path);
      if (is_file_of_hub) return question.leave_file(gitea::no_contents(question.root(), "", question.path));
      question.answer(
          gitea::json_answer(200, gitea::folder_contents(question.root(), question.repo, question.revision,
                                                         question.path, listing, question.known().version)));
    });
  }
  question.leave_file(gitea::no_contents(question.root(), "", question.path));
}

/// Describes a file, even one that was deleted after it was listed: a 404 would cause a KeyError in the SDK.
void GiteaDialect::describe(const Question& question, const CatalogFile& file) {
  if (file.stored) {
    const ObjectId sha256 = file.stored->sha256.id();
    return question.describe(file, file.size, std::string(sha256.str()), question.services.needs_digests());
  }
  const auto seen = look_at(question.repo, file);
  const std::uint64_t size = seen ? seen->state.stamp.size : file.size;
  ServedDigests& digests = question.services.digests();
  const std::string sha256 = seen ? digests.known(seen->state) : "";
  const bool as_commit = question.services.needs_digests() && seen;
  const bool is_asked = (seen && note_described(file, seen->state)) || as_commit;
  if (!is_asked || !sha256.empty()) return question.describe(file, size, sha256, as_commit);
  // The file has changed since the start, so the digest of this state is unknown. With the digest of the old state, the
  // client would reject the file.
  const auto computed = std::make_shared<std::string>();
  question.services.do_aside([computed, &digests, name = seen->name] { *computed = digests.compute(name); },
                             [=, &file] { question.describe(file, size, *computed, as_commit && !computed->empty()); });
}

/// Records that the file was described. Returns whether clients may have parts of an earlier version of the file, which
/// only a digest distinguishes from parts of this version.
bool GiteaDialect::note_described(const CatalogFile& file, const hash::FileState& state) {
  Told& told = told_[&file];
  told.described = state;
  return told.sent && *told.sent != state;
}

/// Whether the answer is a part of another version than the described one. The SDK requests parts and joins them
/// without a check (file_download.parallel_download, aistudio-sdk 0.3.9).
bool GiteaDialect::is_torn(const CatalogFile& file, const hash::FileState& state, const server::Answer& answer) {
  const auto told = told_.find(&file);
  if (told == told_.end() || answer.status != 206) return false;
  if (told->second.described != state && answer.file->length < state.stamp.size) return true;
  told->second.sent = state;
  return false;
}

void GiteaDialect::answer_file(const Question& question) {
  const auto number = question.repo.revision(question.revision);
  server::Answer refusal = gitea::not_found(question.root(), no_such_target);
  if (!number) return question.leave(std::move(refusal));
  const FilePtr file = question.repo.find(question.path);
  if (!file) return question.leave_file(std::move(refusal));
  if (file->is_adopted || question.is_offline()) return send_file(question, *file);
  question.leave_file(std::move(refusal), [this, question, file] { send_file(question, *file); });
}

void GiteaDialect::send_file(const Question& question, const CatalogFile& file) {
  if (file.stored) {
    const ObjectId sha256 = file.stored->sha256.id();
    return question.services.send_stored(
        question.exchange, file,
        {fmt::format("\"{}\"", sha256.str()), std::string(content_headers), largest_sent_whole});
  }
  auto opened = open_file(question.repo, file);
  if (!opened) {
    question.services.say(question.repo.id.str() + ": " + opened.error().message);
    return question.answer(gitea::not_found(question.root(), no_such_target));
  }
  const hash::FileState state = opened->state;
  server::Answer answer = server::file_answer(question.exchange->request(), *std::move(opened),
                                              server::etag_of(state.stamp, question.services.digests().known(state)),
                                              std::string(content_headers));
  if (!is_torn(file, state, answer)) return question.answer(std::move(answer));
  question.services.say(
      say("{}: {} changed during its download, so hubcache refused the download; download the file again",
          question.repo.id.str(), in_quotes(question.path)));
  question.answer(gitea::error(question.root(), 409, "the file has changed since the contents request"));
}

}  // namespace hubcache::hub
