#include "published/refs.h"

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "published/repo_name.h"

namespace hubcache::published {
namespace {

/// Completes an Error of parse_ref() or each_file().
Error about(const store::Store& store, const std::string& key, Error error) {
  error.message = say("{} in {} {}", in_quotes(key), printable(store.name()), error.message);
  error.code = ErrorCode::failed;
  return error;
}

Result<std::int64_t> read(store::Store& store, const StoredRepo& repo, const std::string& commit,
                          const std::function<Result<void>(StoredFile&&)>& take) {
  const std::string key = commit_key(repo, commit);
  const auto bytes = TRY(store.get(key, most_manifest_bytes));
  if (!bytes) return about(store, key, {ErrorCode::failed, say("is missing"), say("publish the repo again")});
  auto time = each_file(repo, commit, *bytes, take);
  if (!time) return about(store, key, std::move(time).error());
  return *time;
}

}  // namespace

Result<std::optional<Ref>> read_ref(store::Store& store, const StoredRepo& repo, const Revision& revision) {
  const std::string key = ref_key(repo, revision);
  const auto bytes = TRY(store.get(key, most_ref_bytes));
  if (!bytes) return std::optional<Ref>();
  auto ref = parse_ref(*bytes);
  if (!ref) return about(store, key, std::move(ref).error());
  return *std::move(ref);
}

Result<Manifest> read_manifest(store::Store& store, const StoredRepo& repo, const std::string& commit) {
  Manifest manifest{.repo = repo, .commit = commit, .files = {}};
  manifest.time = TRY(read(store, repo, commit, [&](StoredFile&& file) -> Result<void> {
    manifest.files.push_back(std::move(file));
    return {};
  }));
  return manifest;
}

Result<void> read_files(store::Store& store, const StoredRepo& repo, const std::string& commit,
                        const std::function<Result<void>(StoredFile&&)>& take) {
  TRY(read(store, repo, commit, take));
  return {};
}

Result<void> renew_commit(store::Store& store, const StoredRepo& repo, const std::string& commit) {
  const std::string key = commit_key(repo, commit);
  const auto bytes = TRY(store.get(key, most_manifest_bytes));
  if (bytes) TRY(store.put(key, *bytes));
  return {};
}

PublishedRevision describe(const StoredRepo& repo, const Revision& revision, const Ref& ref) {
  return {.repo_id = name_of(repo),
          .hub = std::string(repo.hub->name),
          .revision = revision.str(),
          .commit = ref.commit,
          .type = repo.type,
          .time = ref.time,
          .published_by = ref.published_by};
}

void add_numbers(PublishedRevision& revision, const Manifest& manifest) {
  revision.files = manifest.files.size();
  for (const StoredFile& file : manifest.files) revision.bytes += file.size;
}

}  // namespace hubcache::published
