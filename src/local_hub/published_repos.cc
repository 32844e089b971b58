#include "local_hub/published_repos.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <boost/asio/post.hpp>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/served_listing.h"
#include "published/manifest.h"
#include "published/refs.h"
#include "published/repo_name.h"

namespace hubcache::local_hub {
namespace {

using namespace std::chrono_literals;

constexpr auto fresh_for = 5s;
constexpr std::size_t most_known = 4096;  // questions whose answers are remembered
constexpr std::size_t most_repos = 64;    // repos that are kept

bool have_same_revisions(const std::vector<hub::CatalogRevision>& one, const std::vector<hub::CatalogRevision>& other) {
  return std::ranges::equal(one, other, [](const hub::CatalogRevision& a, const hub::CatalogRevision& b) {
    return a.name == b.name && a.version == b.version;
  });
}

hub::CatalogFile catalog_file(const published::StoredFile& file, const hub::Dialect& dialect, const ObjectId& commit,
                              std::size_t store) {
  const hub::PublishedIds ids{file.git.id(), file.sha256.id(), file.lfs > 0, commit};
  hub::CatalogFile one{file.path, file.path, file.size, {dialect.published_id(ids)}};
  one.stored = hub::StoredContent{file.sha256, file.head, store};
  return one;
}

}  // namespace

void PublishedRepos::find(const hub::Hub& hub, const hub::Dialect& dialect, const hub::AskedRepo& asked, Then then) {
  const auto id = RepoId::parse(asked.owner + "/" + asked.name);
  if (!id) return then(Found());
  Question question{&hub, &dialect, {RepoType::model, RepoType::dataset}, *id, asked.revisions};
  if (asked.type) question.types = {*asked.type};
  const std::string key = fmt::format("{} {} {} {}", hub.name, asked.type ? name_of(*asked.type) : "", id->str(),
                                      fmt::join(asked.revisions, "\n"));
  forget_old();
  Known& known = known_[key];
  const bool is_fresh = Clock::now() - known.asked_at < fresh_for && known.asked_at != Clock::time_point();
  if (is_fresh && known.waiting.empty()) return then(known.found);
  known.waiting.push_back(std::move(then));
  if (known.waiting.size() > 1) return;
  aside_.post([this, key, question = std::move(question)] {
    const auto found = std::make_shared<Result<Found>>(look_up(question));
    boost::asio::post(io_, [this, key, found] { settle(key, std::move(*found)); });
  });
}

void PublishedRepos::settle(const std::string& key, Result<Found> found) {
  Known& known = known_[key];
  const bool has_last = known.found && *known.found;
  if (!found) tell_(has_last ? say("{}; the last answer is used", found.error().message) : found.error().message);
  if (found || !has_last) known.found = std::move(found);
  known.asked_at = Clock::now();
  const auto waiting = std::exchange(known.waiting, {});
  const Result<Found> answer = known.found;
  for (const Then& then : waiting) then(answer);
}

void PublishedRepos::forget_old() {
  if (known_.size() < most_known) return;
  const auto now = Clock::now();
  std::erase_if(known_,
                [&](const auto& one) { return one.second.waiting.empty() && now - one.second.asked_at > fresh_for; });
}

Result<PublishedRepos::Found> PublishedRepos::look_up(const Question& question) {
  // A store that fails may have the repo: a later one must not answer in its place.
  for (std::size_t number = 0; number < stores_.size(); ++number) {
    for (const RepoType type : question.types) {
      if (auto found = TRY(look_up_in(number, question, type))) return found;
    }
  }
  return Found();
}

Result<PublishedRepos::Found> PublishedRepos::look_up_in(std::size_t number, const Question& question, RepoType type) {
  store::Store& store = *stores_[number];
  const published::StoredRepo repo{question.hub, type, question.id};
  const hub::CatalogRepo nameless{.hub = question.hub, .type = type, .id = question.id};
  std::vector<hub::CatalogRevision> revisions;
  for (const store::Object& object : TRY(store.list(published::prefix_of(repo) + "refs/"))) {
    const auto key = published::parse_repo_key(object.key);
    if (!key || !key->revision) continue;
    const std::string& name = key->revision->str();
    revisions.push_back({name, std::string(hub::stand_in_id("revision", nameless, name).str()),
                         name == question.hub->default_revision});
  }
  if (revisions.empty()) return Found();
  std::vector<std::string> wanted = question.revisions;
  if (wanted.empty()) wanted.emplace_back(question.hub->default_revision);
  for (const std::string& name : wanted) {
    if (published::is_commit(name)) {
      auto found = repo_at(number, question, repo, {{name, name, false}}, name);
      if (found || found.error().code == ErrorCode::hub) return found;
      continue;
    }
    const auto named = std::ranges::find(revisions, name, &hub::CatalogRevision::name);
    if (named == revisions.end()) continue;
    const auto ref = TRY(published::read_ref(store, repo, TRY(Revision::parse(name))));
    if (!ref) continue;  // removed meanwhile
    named->version = ref->commit;
    return repo_at(number, question, repo, std::move(revisions), ref->commit);
  }
  return Found();
}

/// Returns the repo with the files of the commit.
Result<PublishedRepos::Found> PublishedRepos::repo_at(std::size_t number, const Question& question,
                                                      const published::StoredRepo& repo,
                                                      std::vector<hub::CatalogRevision> revisions,
                                                      const std::string& commit) {
  const std::string key = fmt::format("{} {}{}", number, published::prefix_of(repo), commit);
  if (auto found = kept(key, revisions)) return found;
  const published::Manifest manifest = TRY(published::read_manifest(*stores_[number], repo, commit));
  auto made = std::make_shared<hub::CatalogRepo>(
      hub::CatalogRepo{.hub = repo.hub, .type = repo.type, .id = repo.id, .revisions = std::move(revisions)});
  made->is_published = true;
  const ObjectId id = TRY(ObjectId::parse(commit));
  made->files.reserve(manifest.files.size());
  for (const published::StoredFile& file : manifest.files)
    made->files.push_back(catalog_file(file, *question.dialect, id, number));
  keep(key, made);
  return Found(std::move(made));
}

/// A request by a commit may use the repo of a revision that has this commit.
PublishedRepos::Found PublishedRepos::kept(const std::string& key, const std::vector<hub::CatalogRevision>& revisions) {
  const std::lock_guard lock(mutex_);
  const bool asks_commit = revisions.size() == 1 && revisions.front().name == revisions.front().version;
  for (const auto& [known, found] : by_commit_) {
    if (known == key && (asks_commit || have_same_revisions(found->revisions, revisions))) return found;
  }
  return nullptr;
}

void PublishedRepos::keep(const std::string& key, const Found& found) {
  const std::lock_guard lock(mutex_);
  std::erase_if(by_commit_, [&](const auto& one) { return one.first == key; });
  by_commit_.emplace_front(key, found);
  if (by_commit_.size() > most_repos) by_commit_.pop_back();
}

}  // namespace hubcache::local_hub
