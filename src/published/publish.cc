#include <hubcache/publish.h>

#include <algorithm>
#include <ctime>

#include "base/caught.h"
#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/nesting.h"
#include "published/flags.h"
#include "published/manifest.h"
#include "published/refs.h"
#include "published/repo_name.h"
#include "published/source.h"
#include "published/upload.h"
#include "store/store.h"

namespace hubcache {
namespace {

using published::Ref;

constexpr const char* no_commit = "none";

Result<void> check_expected(const PublishRequest& request, const std::optional<Ref>& previous) {
  if (!request.expect || *request.expect == (previous ? previous->commit : no_commit)) return {};
  return Error{
      ErrorCode::difference,
      previous ? say("the revision has the commit {}; --expect names {}", previous->commit, printable(*request.expect))
               : say("the revision does not exist; --expect names {}", printable(*request.expect)),
      say("look at it (hubcache store show), then publish with its commit or without --expect")};
}

Result<void> check_expect_option(const PublishRequest& request) {
  const auto& expect = request.expect;
  if (!expect || *expect == no_commit || published::is_commit(*expect)) return {};
  return Error{ErrorCode::usage, say("invalid value of --expect: {}", in_quotes(*expect)),
               say("use 40 hex digits, or none")};
}

/// A damaged manifest is replaced.
Result<void> write_commit(store::Store& store, const published::Manifest& manifest) {
  const std::string key = published::commit_key(manifest.repo, manifest.commit), bytes = TRY(to_bytes(manifest));
  if (TRY(store.put_new(key, bytes))) return {};
  const auto there = published::read_manifest(store, manifest.repo, manifest.commit);
  if (there) return {};
  if (there.error().code == ErrorCode::hub) return there.error();
  return store.put(key, bytes);
}

/// Writes the ref. The commit is in the store.
Result<void> write_ref(store::Store& store, const published::Source& source, const PublishRequest& request,
                       const Ref& ref) {
  const std::string key = published::ref_key(source.repo, source.revision);
  const std::string bytes = to_bytes(ref);
  if (!request.expect) return store.put(key, bytes);
  const auto before = TRY(store.get(key, published::most_ref_bytes));
  TRY(check_expected(request, before ? std::optional(TRY(published::parse_ref(*before))) : std::nullopt));
  const bool is_mine = before ? TRY(store.put_instead(key, *before, bytes)) : TRY(store.put_new(key, bytes));
  if (is_mine) return {};
  return Error{ErrorCode::difference, say("somebody else has published the revision meanwhile"),
               say("look at it with hubcache store show")};
}

/// Returns the folder of a store in a folder; "" for another store.
std::filesystem::path folder_of(const Environment& environment, const std::string& store) {
  return store.starts_with("s3://") ? std::filesystem::path() : absolute_path(environment.working_folder, store);
}

/// A store in the model's folder would change that folder. `store`: "" for a bucket.
Result<void> check_is_outside(const std::filesystem::path& store, const std::filesystem::path& folder) {
  const auto nesting = store.empty() ? fs::Nesting::apart : TRY(fs::nesting(store, folder));
  if (nesting != fs::Nesting::same && nesting != fs::Nesting::inside) return {};
  return Error{
      ErrorCode::usage,
      say("the store {} is in the folder to publish, {}", in_quotes(store.native()), in_quotes(folder.native())),
      say("name a store outside that folder: hubcache publish REPO_ID DIR STORE")};
}

PublishReport make_report(const PublishRequest& request, const published::Source& source,
                          const published::GatheredFiles& gathered) {
  PublishReport report{.repo_id = published::name_of(source.repo),
                       .hub = std::string(source.repo.hub->name),
                       .revision = source.revision.str(),
                       .store = request.store,
                       .type = source.repo.type,
                       .folder = source.folder,
                       .commit = published::commit_of(gathered.files),
                       .previous = {},
                       .files = gathered.files.size(),
                       .verified = request.verify && !request.dry_run,
                       .dry_run = request.dry_run,
                       .warnings = gathered.warnings};
  for (const auto& file : gathered.files) report.bytes += file.size;
  return report;
}

}  // namespace

Result<PublishReport> publish(const Environment& environment, const PublishRequest& request) try {
  TRY(check_expect_option(request));
  const published::Source source = TRY(published::find_source(environment, request));
  if (published::is_commit(source.revision.str())) {
    return Error{ErrorCode::usage, say("a revision may not look like a commit: {}", source.revision.str()),
                 say("use another name for the branch or tag")};
  }
  const std::filesystem::path store_folder = folder_of(environment, request.store);
  TRY(check_is_outside(store_folder, source.folder));
  const auto if_missing = request.dry_run ? store::IfMissing::read_as_empty : store::IfMissing::make;
  const auto opened = TRY(store::open(environment, request.store, if_missing));
  store::Store& store = *opened;
  std::string damage;  // of the ref, which is replaced
  auto found = published::read_ref(store, source.repo, source.revision);
  if (!found && (request.expect || found.error().code == ErrorCode::hub)) return found.error();
  if (!found) damage = found.error().message;
  const std::optional<Ref> previous = found ? *found : std::nullopt;
  TRY(check_expected(request, previous));
  const published::GatheredFiles gathered =
      TRY(published::gather_files(environment, source, store_folder, request.progress));
  PublishReport report = make_report(request, source, gathered);
  if (previous) report.previous = previous->commit;
  if (!damage.empty()) report.warnings.push_back(say("{}; it is replaced", damage));

  const auto flag = request.dry_run ? nullptr : TRY(published::PublishingFlag::set(store, request.tell));
  const auto uploaded =
      TRY(published::upload_missing(store, source.folder, gathered, flag.get(), request.dry_run, request.progress));
  report.uploaded = uploaded.files;
  report.uploaded_bytes = uploaded.bytes;
  if (request.dry_run) return report;
  if (request.verify) TRY(published::verify_contents(store, gathered.files, request.progress));

  const std::int64_t now = std::time(nullptr);
  const published::Manifest manifest{source.repo, report.commit, now, gathered.files};
  TRY(write_commit(store, manifest));
  if (previous && previous->commit != report.commit) TRY(renew_commit(store, source.repo, previous->commit));
  TRY(flag->check());
  TRY(write_ref(store, source, request, {report.commit, now, published::this_publisher(), report.files, report.bytes}));
  return report;
} catch (...) {
  return caught();
}

}  // namespace hubcache
