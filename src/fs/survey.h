// Examines everything below a folder to measure it. Unlike walk(), it goes on where something cannot be read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "fs/file.h"
#include "fs/walk.h"

namespace hubcache::fs {

/// Result of lstat for one entry. The texts are valid only during the visit.
struct SurveyedEntry {
  std::string_view path;  ///< relative to the surveyed folder, bytes as on disk; "" for that folder itself
  int folder = -1;        ///< the open folder that has the entry
  const char* name = "";  ///< its name in that folder
  Kind kind = Kind::missing;
  std::uint64_t device = 0;
  FileStamp stamp = {};
  std::uint64_t disk_size = 0;  ///< bytes of the blocks that it occupies
  std::uint32_t links = 0;      ///< hard links
  std::uint32_t owner = 0;      ///< user id
  std::int64_t used = 0;        ///< the later of the times of the last access and of the last change; seconds
};

struct Survey {
  Kind kind = Kind::missing;       ///< of the surveyed name: only a folder is entered
  std::vector<Error> unread;       ///< the folders that could not be read completely; at most most_named_unread
  std::vector<Error> not_entered;  ///< what is beyond a limit of the survey; at most most_named_unread
  std::uint64_t names = 0;         ///< visited entries
};

constexpr std::size_t most_named_unread = 20;
/// A survey ends after this number of names: a damaged or hostile folder must not take all memory and time.
constexpr std::uint64_t most_surveyed_names = 4'000'000;

using VisitSurveyed = std::function<Descend(const SurveyedEntry&)>;

/// Calls `visit` for the folder and for each entry below it; a folder comes before its content. Never follows a
/// symlink. Needs memory for one block of names on each level of folders. Skips entries that vanish meanwhile, and
/// folders more than most_levels_of_place deep. Ends with ErrorCode::interrupted if the caller cancels; every other
/// failure is in Survey::unread or Survey::not_entered.
Result<Survey> survey(const Name& folder, const VisitSurveyed& visit);

}  // namespace hubcache::fs
