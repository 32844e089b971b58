#include <hubcache/publish.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "published/flags.h"
#include "published/refs.h"
#include "store/store.h"

namespace hubcache {
namespace {

using published::RepoKey;
using store::Object;

constexpr std::int64_t day = 24 * 3600;
constexpr std::int64_t commit_age = 7 * day;  // running clients still ask for files of an old commit
constexpr std::int64_t blob_age = day;

/// The objects that a collection will remove.
struct Garbage {
  std::vector<Object> blobs, commits;
};

/// Decides what is garbage. Removes nothing.
class Marking {
 public:
  Marking(store::Store& store, std::int64_t now, StoreGcReport& report) : store_(store), now_(now), report_(report) {}

  Result<Garbage> run() {
    TRY(find_commits());
    TRY(check_refs());
    Garbage garbage;
    for (const auto& [key, commit] : commits_) {
      const bool is_kept = used_.contains(key) || now_ - commit.object.time < commit_age;
      if (is_kept) TRY(mark(commit));
      else garbage.commits.push_back(commit.object);
    }
    auto blobs = TRY(store_.list(published::blobs_prefix));
    if (commits_.empty() && !blobs.empty()) {
      return Error{ErrorCode::failed, say("{} has contents, and no commit that names them", printable(store_.name())),
                   say("if repos/ is as hubcache left it, remove the store, or publish a repo first")};
    }
    for (Object& object : blobs) {
      const std::string_view sha256 = published::sha256_of_key(object.key);
      if (sha256.empty()) continue;  // not hubcache's
      if (marked_.contains(std::string(sha256))) ++report_.kept, report_.kept_bytes += object.size;
      else if (now_ - object.time < blob_age) ++report_.young;
      else garbage.blobs.push_back(std::move(object));
    }
    return garbage;
  }

 private:
  struct Commit {
    Object object;
    RepoKey key;
  };

  /// Reads the refs, and lists the commits.
  Result<void> find_commits() {
    for (Object& object : TRY(store_.list(published::repos_prefix))) {
      const auto key = published::parse_repo_key(object.key);
      if (!key) {
        return Error{
            ErrorCode::failed,
            say("{} in {} is not an object that hubcache knows", in_quotes(object.key), printable(store_.name())),
            say("if a newer hubcache has written it, collect with that version; else remove it")};
      }
      if (!key->revision) {
        commits_.emplace(object.key, Commit{object, *key});
        continue;
      }
      const auto ref = TRY(published::read_ref(store_, key->repo, *key->revision));
      if (ref) used_.insert(published::commit_key(key->repo, ref->commit));
    }
    return {};
  }

  /// A commit that is missing names contents that nothing else tells of.
  Result<void> check_refs() const {
    for (const std::string& key : used_) {
      if (commits_.contains(key)) continue;
      return Error{ErrorCode::failed, say("{} in {} is missing", in_quotes(key), printable(store_.name())),
                   say("publish the repo again, or remove it with hubcache store rm")};
    }
    return {};
  }

  Result<void> mark(const Commit& commit) {
    TRY(check_not_cancelled());
    for (const auto& file : TRY(published::read_manifest(store_, commit.key.repo, commit.key.commit)).files)
      marked_.insert(std::string(file.sha256.id().str()));
    return {};
  }

  store::Store& store_;
  const std::int64_t now_;
  StoreGcReport& report_;
  std::map<std::string, Commit> commits_;  ///< by key
  std::set<std::string> used_;             ///< the keys of the refs' commits
  std::unordered_set<std::string> marked_;
};

/// Removes the flags that no longer count.
Result<void> remove_old_flags(store::Store& store, std::int64_t now) {
  for (const char* prefix : {published::publishing_prefix, published::gc_prefix}) {
    for (const Object& object : TRY(store.list(prefix))) {
      if (now - object.time >= 2 * published::flag_seconds) TRY(store.remove(object.key));
    }
  }
  return {};
}

}  // namespace

Result<StoreGcReport> collect_garbage(const Environment& environment, const StoreGcRequest& request) try {
  const auto opened = TRY(store::open(environment, request.store, store::IfMissing::fail));
  store::Store& store = *opened;
  const auto flag = request.dry_run ? nullptr : TRY(published::CollectingFlag::set(store));
  const std::int64_t now = TRY(store.now());
  StoreGcReport report{.store = request.store, .dry_run = request.dry_run};
  const Garbage garbage = TRY(Marking(store, now, report).run());
  // Contents first: a store with contents and without commits looks like one whose commits were lost.
  for (const auto* objects : {&garbage.blobs, &garbage.commits}) {
    for (const Object& object : *objects) {
      if (!flag) break;
      TRY(check_not_cancelled());
      TRY(flag->check());
      TRY(store.remove(object.key));
    }
  }
  report.commits = garbage.commits.size();
  report.removed = garbage.blobs.size();
  for (const Object& blob : garbage.blobs) report.removed_bytes += blob.size;
  report.uploads = TRY(store.remove_unfinished(now - day, request.dry_run));
  if (!request.dry_run) TRY(remove_old_flags(store, now));
  return report;
} catch (...) {
  return caught();
}

}  // namespace hubcache
