#include <hubcache/hash.h>

#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/scan.h"
#include "hash/many.h"

namespace hubcache {
namespace {

using hash::Job;
using std::filesystem::path;

/// What is to be hashed, by the names that the report gives.
struct Gathered {
  std::vector<std::string> names;
  std::vector<Job> jobs;
  std::vector<UnhashedFile> unhashed;

  void add_file(const path& folder, const std::string& name, DigestKinds kinds, std::optional<hash::FileState> state = {}) {
    names.push_back(name);
    jobs.push_back({folder / name, kinds, state});
  }
};

Result<void> add_folder(const path& working_folder, const std::string& name, DigestKinds kinds, Gathered& gathered) {
  const fs::NamedFiles found = TRY(fs::scan_names(working_folder / name));
  const std::string prefix = name.ends_with('/') ? name : name + '/';
  for (const fs::NamedFile& file : found.files) {
    gathered.add_file(working_folder, prefix + file.path, kinds, hash::FileState{file.device, file.stamp});
  }
  for (const LeftOut& left_out : found.left_out) {
    std::string shown = printable(prefix) + left_out.name;
    std::string why = "cannot read '" + shown + "': " + left_out.why;
    gathered.unhashed.push_back({std::move(shown), std::move(why)});
  }
  return {};
}

Result<Gathered> gather(const Environment& environment, const HashRequest& request) {
  Gathered gathered;
  for (const path& named : request.paths) {
    const auto status = fs::status_of_target(environment.working_folder / named);
    if (status && status->kind == fs::Kind::folder) TRY(add_folder(environment.working_folder, named.native(), request.kinds, gathered));
    else gathered.add_file(environment.working_folder, named.native(), request.kinds);
  }
  return gathered;
}

}  // namespace

Result<HashReport> hash_files(const Environment& environment, const HashRequest& request) {
  const DigestKinds& kinds = request.kinds;
  if (request.paths.empty()) return Error{ErrorCode::usage, "no file is given", "name files or folders"};
  if (!kinds.git && !kinds.sha256 && !kinds.lfs) return Error{ErrorCode::usage, "no digest is asked for", "ask for git, sha256 or lfs"};
  Gathered gathered = TRY(gather(environment, request));
  hash::DigestCache cache(hash::DigestCache::folder(environment));
  hash::Batch batch = hash::digest_files(gathered.jobs, cache, request.progress);
  HashReport report{kinds, {}, std::move(gathered.unhashed), {}};
  for (std::size_t i = 0; i < batch.outcomes.size(); ++i) {
    hash::Outcome& outcome = batch.outcomes[i];
    if (!outcome.digests) report.unhashed.push_back({printable(gathered.names[i]), outcome.digests.error().message});
    else report.files.push_back({std::move(gathered.names[i]), outcome.state.stamp.size, *std::move(outcome.digests), outcome.remembered});
  }
  if (!batch.warning.empty()) report.warnings.push_back("what was hashed is not remembered: " + batch.warning);
  return report;
}

Result<CacheStats> cache_stats(const Environment& environment) {
  const hash::CacheFile file(hash::DigestCache::folder(environment));
  const hash::CacheContent content = TRY(file.load());
  CacheStats stats{.file = file.name(), .largest = hash::largest_cache, .damaged = content.damaged};
  stats.bytes = TRY(fs::status_of(file.name())).stamp.size;
  stats.files = hash::newest(content.records, content.records.size()).size();
  stats.superseded = content.records.size() - stats.files;
  return stats;
}

Result<void> clear_cache(const Environment& environment) { return hash::CacheFile(hash::DigestCache::folder(environment)).remove(); }

}  // namespace hubcache
