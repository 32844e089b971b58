// The measurements of one cached repo: its size on disk and its content.
#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/caches.h>
#include <hubcache/result.h>

#include "fs/file.h"
#include "hub/target.h"

namespace hubcache::caches {

/// A file with several names: other repos may have it, too.
struct LinkedFile {
  std::uint64_t device = 0, inode = 0;
  std::uint64_t disk_size = 0, content_size = 0;  ///< bytes
  auto operator<=>(const LinkedFile&) const = default;
};

/// Sorts the files and leaves each once.
void make_unique(std::vector<LinkedFile>& files);

struct RepoToMeasure {
  const hub::Target* target = nullptr;
  hub::Place place;  ///< `temporary` and `record` may be ""
  const hub::Anatomy* anatomy = nullptr;
  bool is_adopted = false;
};

struct Measured {
  fs::Kind root = fs::Kind::missing;
  bool has_own_folder = false;                    ///< hubcache's folder for the repo exists outside the place
  std::uint64_t disk_size = 0, content_size = 0;  ///< without `linked`
  std::vector<LinkedFile> linked;                 ///< sorted, each once
  std::uint64_t files = 0;
  std::uint64_t broken_links = 0;            ///< symlinks to names in the place that do not exist
  std::vector<std::string> revisions;        ///< the first folders of revisions
  std::uint64_t revision_count = 0;          ///< all of them
  std::map<std::string, std::string> names;  ///< name of a revision → its folder
  std::optional<std::int64_t> last_use;      ///< seconds since 1970
  CachedFiles temporary, aside;
  std::uint64_t unfinished = 0;  ///< temporary files whose finished file does not exist
  std::string index_error;       ///< why the client cannot use its index; "" if it can
  std::vector<Error> unread;
  std::vector<Error> not_entered;  ///< folders beyond the limits of fs::survey(): the sizes are at least these
};

/// Examines the folders of the repo. Follows no symlink, except that of an index, and changes nothing.
/// ErrorCode::interrupted if the caller cancels; other failures are in Measured::unread.
Result<Measured> measure(const RepoToMeasure& repo);

}  // namespace hubcache::caches
