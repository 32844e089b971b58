#include <hubcache/hash.h>

#include <map>
#include <mutex>

#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/scan.h"
#include "hash/many.h"

namespace hubcache {
namespace {

using std::filesystem::path;

/// The report in the making. What was seen of a file stands beside it until it is hashed.
class Hashing {
 public:
  Hashing(const Environment& environment, const HashRequest& request) : environment_(environment), request_(request) {
    report_.kinds = request.kinds;
  }

  Result<HashReport> run() {
    for (const path& named : request_.paths) TRY(add(named));
    hash::DigestCache cache(hash::DigestCache::folder(environment_));
    const auto job = [&](std::size_t number) {
      return hash::Job{environment_.working_folder / report_.files[number].path, request_.kinds, seen_[number]};
    };
    const auto done = [&](std::size_t number, hash::Outcome&& outcome) { settle(number, std::move(outcome)); };
    const std::string warning = hash::digest_files({report_.files.size(), job, done}, cache, request_.progress);
    if (!warning.empty()) report_.warnings.push_back(warning);
    move_unhashed();
    return std::move(report_);
  }

 private:
  Result<void> add(const path& named) {
    const auto status = fs::status_of_target(environment_.working_folder / named);
    if (status && status->kind == fs::Kind::folder) return add_folder(named.native());
    add_file(named.native(), std::nullopt);
    return {};
  }

  Result<void> add_folder(const std::string& name) {
    const fs::NamedFiles found = TRY(fs::scan_names(environment_.working_folder / name));
    const std::string prefix = name.ends_with('/') ? name : name + '/';
    for (const fs::NamedFile& file : found.files) add_file(prefix + file.path, hash::FileState{file.device, file.stamp});
    for (const LeftOut& left_out : found.left_out) {
      const std::string shown = printable(prefix) + left_out.name;
      report_.unhashed.push_back({shown, "cannot read '" + shown + "': " + left_out.why});
    }
    return {};
  }

  void add_file(std::string name, std::optional<hash::FileState> state) {
    report_.files.push_back({.path = std::move(name)});
    seen_.push_back(state);
  }

  /// By several threads, each for other files.
  void settle(std::size_t number, hash::Outcome&& outcome) {
    HashedFile& file = report_.files[number];
    file.size = outcome.state.stamp.size;
    file.remembered = outcome.remembered;
    if (outcome.digests) file.digests = *std::move(outcome.digests);
    else set_failure(number, outcome.digests.error().message);
  }

  void set_failure(std::size_t number, const std::string& why) {
    const std::lock_guard lock(mutex_);
    failures_[number] = why;
  }

  void move_unhashed() {
    for (const auto& [number, why] : failures_) report_.unhashed.push_back({printable(report_.files[number].path), why});
    for (auto failure = failures_.rbegin(); failure != failures_.rend(); ++failure) {
      report_.files.erase(report_.files.begin() + static_cast<std::ptrdiff_t>(failure->first));
    }
  }

  const Environment& environment_;
  const HashRequest& request_;
  HashReport report_;
  std::vector<std::optional<hash::FileState>> seen_;
  std::mutex mutex_;
  std::map<std::size_t, std::string> failures_;  ///< by the number of the file
};

}  // namespace

Result<HashReport> hash_files(const Environment& environment, const HashRequest& request) {
  const DigestKinds& kinds = request.kinds;
  if (request.paths.empty()) return Error{ErrorCode::usage, "no file is given", "name files or folders"};
  if (!kinds.git && !kinds.sha256 && !kinds.lfs) {
    return Error{ErrorCode::usage, "no digest is asked for", "ask for git, sha256 or lfs"};
  }
  return Hashing(environment, request).run();
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
