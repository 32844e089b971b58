#include "local_hub/published_repos.h"

#include <algorithm>

#include <fmt/format.h>
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
constexpr std::size_t most_known = 4096;      // questions whose answers are remembered
constexpr std::size_t most_key_bytes = 4096;  // of a question; no store has longer names
constexpr std::size_t most_commits = 1024;    // whose lists of files are kept
constexpr std::uint64_t most_bytes_on_disk = 1 << 30, most_mapped_bytes = 32 << 20;
constexpr std::uint64_t finds_between_looks = 16;

hub::PackedFile packed(const published::StoredFile& file) {
  return {file.path.str(), file.size, file.sha256, file.git, file.lfs > 0, file.head};
}

}  // namespace

void PublishedRepos::find(const hub::Hub& hub, const hub::Dialect& dialect, const hub::AskedRepo& asked, Then then) {
  const auto id = RepoId::parse(asked.owner + "/" + asked.name);
  if (!id) return then(Found());
  std::string key(hub.name);
  key.append(asked.type ? name_of(*asked.type) : "").append(" ").append(asked.owner).append("/").append(asked.name);
  for (const std::string& revision : asked.revisions) key.append("\n").append(revision);
  if (key.size() > most_key_bytes) return then(Found());
  forget_old();
  leave_memory();
  Known& known = known_[key];
  const bool is_fresh = Clock::now() - known.asked_at < fresh_for && known.asked_at != Clock::time_point();
  if (is_fresh && known.waiting.empty()) return then(known.found);
  known.waiting.push_back(std::move(then));
  if (known.waiting.size() > 1) return;
  Question question{&hub, &dialect, {RepoType::model, RepoType::dataset}, *id, asked.revisions};
  if (asked.type) question.types = {*asked.type};
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
  auto files = TRY(files_of(number, repo, commit));
  return std::make_shared<const hub::CatalogRepo>(hub::CatalogRepo{
      .hub = repo.hub,
      .type = repo.type,
      .id = repo.id,
      .revisions = std::move(revisions),
      .published = hub::PublishedCommit{std::move(files), TRY(ObjectId::parse(commit)), question.dialect, number}});
}

Result<PublishedRepos::Files> PublishedRepos::files_of(std::size_t number, const published::StoredRepo& repo,
                                                       const std::string& commit) {
  const std::string key = fmt::format("{} {}{}", number, published::prefix_of(repo), commit);
  if (auto files = kept(key)) return files;
  const store::Budget::Share turn(readers_, 1);
  if (auto files = kept(key)) return files;
  hub::PackedFiles::Packer packer(environment_);
  TRY(published::read_files(*stores_[number], repo, commit,
                            [&](const published::StoredFile& file) { return packer.add(packed(file)); }));
  auto files = TRY(packer.finish());
  keep(key, files);
  return files;
}

PublishedRepos::Files PublishedRepos::kept(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::find(by_commit_, key, &std::pair<std::string, Files>::first);
  if (found == by_commit_.end()) return nullptr;
  std::rotate(by_commit_.begin(), found, found + 1);
  return by_commit_.front().second;
}

void PublishedRepos::keep(const std::string& key, const Files& files) {
  const std::lock_guard lock(mutex_);
  by_commit_.emplace_front(key, files);
  std::uint64_t bytes = 0;
  for (const auto& [known, one] : by_commit_) bytes += one->bytes();
  while (by_commit_.size() > 1 && (by_commit_.size() > most_commits || bytes > most_bytes_on_disk)) {
    bytes -= by_commit_.back().second->bytes();
    by_commit_.pop_back();
  }
}

/// Clients that ask for single files of many repos would bring all lists into memory by and by.
void PublishedRepos::leave_memory() {
  if (++finds_ % finds_between_looks != 0) return;
  if (hub::mapped_bytes_in_memory() < mapped_at_start_ + most_mapped_bytes) return;
  const std::lock_guard lock(mutex_);
  for (const auto& [key, files] : by_commit_) files->leave_memory();
}

}  // namespace hubcache::local_hub
