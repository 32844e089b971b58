// Decide: at which locations of the place the files of the user's folder are to stand. Pure.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "adoption/plan.h"

namespace hubcache::adoption {

/// A location where a file of the folder is to stand.
struct Wanted {
  const LocalFile* file;
  std::optional<RelPath> elsewhere;  ///< the location, where that is not the file's path
  bool current;                      ///< for the revision that is adopted now; else for one that was adopted before
  bool unread = false;               ///< adopted before, and left out by the scan now: it stays as it is

  const RelPath& location() const { return elsewhere ? *elsewhere : file->path; }
};

struct WantedFiles {
  std::vector<Wanted> files;  ///< sorted by location; they refer to the LocalTree and to `unread_files`
  std::uint64_t current = 0;  ///< files of the revision that is adopted now
  std::deque<LocalFile> unread_files;
  std::vector<std::string> unread;    ///< paths of these
  std::vector<std::string> warnings;  ///< about files that the client does not take
};

/// `revision`: index into Record::revisions. ErrorCode::failed where no file is wanted, or an adopted one cannot be
/// read; ErrorCode::usage where the folder is a place that does not hold files by their names.
Result<WantedFiles> wanted_files(const PlanInput& input, const hub::RevisionFacts& facts, std::uint16_t revision,
                                 const LocalTree& local);

}  // namespace hubcache::adoption
