#include <hubcache/hash.h>

#include <cerrno>
#include <deque>
#include <map>
#include <mutex>

#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/scan.h"
#include "fs/system_error.h"
#include "hash/many.h"

namespace hubcache {
namespace {

using std::filesystem::path;

/// A file to hash: its name in the report, and its state in the scan.
struct Seen {
  std::string name;
  std::optional<hash::FileState> state;
};

class Hashing {
 public:
  Hashing(const Environment& environment, const HashRequest& request) : environment_(environment), request_(request) {
    report_.kinds = request.kinds;
  }

  Result<HashReport> run() {
    for (const path& named : request_.paths) TRY(add(named));
    report_.files.resize(seen_.size());
    const auto job = [&](std::size_t number) { return hash::Job{request_.kinds, seen_[number].state}; };
    const auto name = [&](std::size_t number) { return environment_.working_folder / seen_[number].name; };
    const auto done = [&](std::size_t number, const hash::Outcome& outcome) { settle(number, outcome); };
    hash::DigestCache cache(hash::DigestCache::folder(environment_));
    const std::string warning = hash::digest_files({seen_.size(), job, name, done}, cache, request_.progress);
    TRY(check_not_cancelled());
    if (!warning.empty()) report_.warnings.push_back(warning);
    move_unhashed();
    return std::move(report_);
  }

 private:
  Result<void> add(const path& named) {
    if (named.empty()) {  // appended to the working folder, "" would mean that folder
      report_.unhashed.push_back({"", fs::system_error(ENOENT, say("read ''")).message});
      return {};
    }
    const auto status = fs::status_of_target(environment_.working_folder / named);
    if (status && status->kind == fs::Kind::folder) return add_folder(named.native());
    seen_.push_back({named.native(), std::nullopt});
    return {};
  }

  Result<void> add_folder(const std::string& name) {
    const std::string prefix = name.ends_with('/') ? name : name + '/';
    const auto take = [&](const std::string& file, std::uint64_t device, const FileStamp& stamp) {
      seen_.push_back({prefix + file, hash::FileState{device, stamp}});
    };
    for (const LeftOut& left_out : TRY(fs::scan_names(environment_.working_folder / name, take))) {
      const std::string shown = printable(prefix) + left_out.name;
      report_.unhashed.push_back({shown, say("cannot read '{}': {}", shown, left_out.why)});
    }
    return {};
  }

  /// Stores a file's result. Several threads call this at the same time, for different files.
  void settle(std::size_t number, const hash::Outcome& outcome) {
    HashedFile& file = report_.files[number];
    file.size = outcome.state.stamp.size;
    file.remembered = outcome.remembered;
    if (outcome.digests) file.digests = *outcome.digests;
    else set_failure(number, outcome.digests.error().message);
  }

  void set_failure(std::size_t number, const std::string& why) {
    const std::lock_guard lock(mutex_);
    failures_[number] = why;
  }

  void move_unhashed() {
    for (std::size_t i = 0; i < seen_.size(); ++i) report_.files[i].path = std::move(seen_[i].name);
    if (failures_.empty()) return;
    for (const auto& [number, why] : failures_)
      report_.unhashed.push_back({printable(report_.files[number].path), why});
    std::size_t number = 0;
    std::erase_if(report_.files, [&](const HashedFile&) { return failures_.contains(number++); });
  }

  const Environment& environment_;
  const HashRequest& request_;
  HashReport report_;
  std::deque<Seen> seen_;  ///< a growing vector would need twice the memory
  std::mutex mutex_;
  std::map<std::size_t, std::string> failures_;  ///< by number of the file
};

}  // namespace

Result<HashReport> hash_files(const Environment& environment, const HashRequest& request) try {
  const DigestKinds& kinds = request.kinds;
  if (request.paths.empty()) return Error{ErrorCode::usage, say("no files to hash"), say("pass files or folders")};
  if (!kinds.git && !kinds.sha256 && !kinds.lfs) {
    return Error{ErrorCode::usage, say("no digest is selected"), say("select git, sha256 or lfs")};
  }
  return Hashing(environment, request).run();
} catch (...) {
  return caught();
}

Result<CacheStats> cache_stats(const Environment& environment) try {
  const hash::CacheFile file(hash::DigestCache::folder(environment));
  const hash::CacheContent content = TRY(file.load());
  CacheStats stats{.file = file.name(), .largest = hash::largest_cache, .damaged = content.damaged};
  stats.bytes = TRY(fs::status_of(file.name())).stamp.size;
  stats.files = hash::newest(content.records, content.records.size()).size();
  stats.superseded = content.records.size() - stats.files;
  return stats;
} catch (...) {
  return caught();
}

Result<void> clear_cache(const Environment& environment) try {
  return hash::CacheFile(hash::DigestCache::folder(environment)).remove();
} catch (...) {
  return caught();
}

}  // namespace hubcache
