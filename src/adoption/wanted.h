// Decides where in the place the files of the user's folder are to be placed. Pure.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "adoption/plan.h"

namespace hubcache::adoption {

/// A file of the folder and the location in the place where it is wanted.
struct Wanted {
  const LocalFile* file;
  std::optional<RelPath> elsewhere;  ///< the location, if it differs from the file's path
  bool current;                      ///< true: for the revision of this adoption; false: for a revision of an earlier
                                     ///< adoption
  bool unread = false;               ///< adopted before, but the scan could not read it now: the entry stays as it is

  const RelPath& location() const { return elsewhere ? *elsewhere : file->path; }
};

struct WantedFiles {
  std::vector<Wanted> files;  ///< sorted by location; point into the LocalTree and into `unread_files`
  std::uint64_t current = 0;  ///< number of files of the revision of this adoption
  std::deque<LocalFile> unread_files;
  std::vector<std::string> unread;    ///< paths of `unread_files`
  std::vector<std::string> warnings;  ///< about files that the client does not use
};

/// Finds the wanted files. `revision`: index into Record::revisions. Returns ErrorCode::failed if no file is wanted or
/// an adopted file cannot be read; ErrorCode::usage if the folder is itself a place that does not store files under
/// their repo paths.
Result<WantedFiles> wanted_files(const PlanInput& input, const hub::RevisionFacts& facts, std::uint16_t revision,
                                 const LocalTree& local);

}  // namespace hubcache::adoption
