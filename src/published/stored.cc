#include <hubcache/publish.h>

#include "base/caught.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "published/refs.h"
#include "published/repo_name.h"
#include "store/store.h"

namespace hubcache {
namespace {

using published::StoredRepo;

Error not_published(const StoredRepo& repo, const std::string& revision, const std::string& store) {
  const std::string name = published::name_of(repo);
  return {ErrorCode::failed,
          say("{} has no {}", printable(store), revision.empty() ? name : say("{} at {}", name, printable(revision))),
          say("hubcache store ls {} lists what there is", shell_word(store))};
}

/// A ref's key, and what it names.
struct FoundRef {
  std::string key;
  StoredRepo repo;
  Revision revision;
};

/// Returns the refs below the prefix; skips keys that are not hubcache's.
Result<std::vector<FoundRef>> refs_below(store::Store& store, const std::string& prefix) {
  std::vector<FoundRef> refs;
  for (const store::Object& object : TRY(store.list(prefix))) {
    const auto key = published::parse_repo_key(object.key);
    if (key && key->revision) refs.push_back({object.key, key->repo, *key->revision});
  }
  return refs;
}

}  // namespace

Result<StoreListReport> list_store(const Environment& environment, const std::string& name) try {
  const auto store = TRY(store::open(environment, name, store::IfMissing::fail));
  StoreListReport report{.store = name, .revisions = {}};
  for (const FoundRef& found : TRY(refs_below(*store, published::repos_prefix))) {
    const auto ref = published::read_ref(*store, found.repo, found.revision);
    if (ref && !*ref) continue;  // removed meanwhile
    const auto manifest = ref ? published::read_manifest(*store, found.repo, (*ref)->commit) : ref.error();
    if (!manifest) {
      if (manifest.error().code == ErrorCode::hub) return manifest.error();
      report.unreadable.push_back(manifest.error().message);
      continue;
    }
    report.revisions.push_back(published::describe(found.repo, found.revision, **ref));
    published::add_numbers(report.revisions.back(), *manifest);
  }
  return report;
} catch (...) {
  return caught();
}

Result<StoreShowReport> show_in_store(const Environment& environment, const StoredRepoRequest& request) try {
  const StoredRepo repo = TRY(published::parse_repo(request.repo_id, request.type));
  const Revision revision = TRY(published::parse_revision(repo, request.revision));
  const auto store = TRY(store::open(environment, request.store, store::IfMissing::fail));
  const auto ref = TRY(published::read_ref(*store, repo, revision));
  if (!ref) return not_published(repo, revision.str(), request.store);
  const auto manifest = TRY(published::read_manifest(*store, repo, ref->commit));
  StoreShowReport report{request.store, published::describe(repo, revision, *ref), {}};
  published::add_numbers(report.revision, manifest);
  for (const auto& file : manifest.files)
    report.files.push_back({file.path.str(), file.size, std::string(file.sha256.id().str())});
  return report;
} catch (...) {
  return caught();
}

Result<StoreRemoveReport> remove_from_store(const Environment& environment, const StoredRepoRequest& request) try {
  const StoredRepo repo = TRY(published::parse_repo(request.repo_id, request.type));
  if (!request.revision.empty()) TRY(published::parse_revision(repo, request.revision));
  const auto store = TRY(store::open(environment, request.store, store::IfMissing::fail));
  StoreRemoveReport report{request.store, {}};
  for (const FoundRef& found : TRY(refs_below(*store, published::prefix_of(repo) + "refs/"))) {
    if (!request.revision.empty() && found.revision.str() != request.revision) continue;
    const auto ref = published::read_ref(*store, found.repo, found.revision);
    const published::Ref known = ref && *ref ? **ref : published::Ref{};
    if (!known.commit.empty()) TRY(published::renew_commit(*store, found.repo, known.commit));
    TRY(store->remove(found.key));
    report.removed.push_back(published::describe(found.repo, found.revision, known));
  }
  if (report.removed.empty()) return not_published(repo, request.revision, request.store);
  return report;
} catch (...) {
  return caught();
}

}  // namespace hubcache
