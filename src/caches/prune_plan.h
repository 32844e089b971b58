// Decides what is left over in the clients' caches.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/prune.h>
#include <hubcache/result.h>

#include "caches/gather.h"
#include "caches/open_files.h"
#include "caches/removal_plan.h"
#include "caches/selection.h"
#include "repo/local_tree.h"

namespace hubcache::caches {

/// A file or symlink to be removed.
struct LeftoverFile {
  std::string path;  ///< relative to LeftoverFiles::root
  FileStamp stamp;
  FileId id;
};

/// The files of one kind in one folder.
struct LeftoverFiles {
  Leftover what = Leftover::unfinished;
  const hub::Target* target = nullptr;
  const ExaminedRepo* repo = nullptr;             ///< nullptr: a folder that repos share
  std::filesystem::path folder = {};              ///< for the report
  std::filesystem::path root = {};                ///< the files are in it
  std::filesystem::path record = {};              ///< hubcache's own folder for the repo or the shared folder
  std::vector<std::filesystem::path> users = {};  ///< of contents: the places whose symlinks may lead to them
  std::vector<LeftoverFile> files = {};
  std::uint64_t disk_size = 0;
  std::string why_left = {};
};

/// The repos and folders that the user has selected.
struct PruneScope {
  Repos repos;
  std::vector<const hub::Target*> shared_of;  ///< looks also into the folders that the repos of these targets share
};

struct FoundLeftovers {
  std::vector<LeftoverFiles> files;
  std::vector<std::string> notes;  ///< what could not be examined
};

/// Looks into the folders. `now`: nanoseconds since 1970. ErrorCode::interrupted if the caller cancels.
Result<FoundLeftovers> find_leftovers(const Environment& environment, const Examined& examined, const PruneScope& scope,
                                      const RemovalContext& context, std::int64_t now);

/// Returns true if a file has not been written for a day. False for a time in the future: then a clock is wrong. Pure.
bool is_old(std::int64_t mtime, std::int64_t now);

/// The files and names to which symlinks lead.
struct LinkTargets {
  std::set<FileId> files;
  std::set<std::string> names;  ///< the absolute names that the symlinks themselves have, also if nothing is there
};
/// Returns what the symlinks below these folders lead to.
Result<LinkTargets> link_targets(const std::vector<std::filesystem::path>& folders);

}  // namespace hubcache::caches
