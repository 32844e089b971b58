// Decides whether hubcache removes a cached repo, and what exactly it removes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <hubcache/result.h>

#include "caches/adopted_paths.h"
#include "caches/gather.h"
#include "caches/open_files.h"
#include "repo/local_tree.h"

namespace hubcache::caches {

/// A folder of the repo, and its name in the folder to which it is moved.
struct PlannedFolder {
  std::filesystem::path folder = {};
  std::string_view name = {};
  bool has_locks = false;                                 ///< its files are locks (hub::Anatomy::locks)
  std::unordered_map<std::string, FileStamp> files = {};  ///< the entries that are not folders, by their paths
  std::vector<FileId> ids = {};                           ///< all entries
};

/// The facts that forbid a removal. Texts and paths are empty if nothing forbids it.
struct Obstacles {
  std::string release = {};                      ///< the command that releases the adopted repo
  std::string unreadable = {};                   ///< what this user cannot read
  std::filesystem::path only_kept = {};          ///< the folder with what hubcache keeps, if nothing else is left
  bool is_symlink = false;                       ///< the place is a symlink
  bool is_named_by_program = false;              ///< the place is no folder of a cache
  std::filesystem::path of_adoption = {};        ///< a path that an adoption of another repo needs
  std::filesystem::path own_folder = {};         ///< a folder of hubcache's in the place
  std::filesystem::path other_repo = {};         ///< the place of another repo in the place
  std::filesystem::path of_other_user = {};      ///< an entry of another user
  std::filesystem::path mount_point = {};        ///< a mount point at the place or in it
  std::filesystem::path other_file_system = {};  ///< hubcache's folder for the repo, if renames to it are impossible
  std::optional<int> process = {};               ///< the id of a process that uses something
  std::filesystem::path lock = {};               ///< a lock that a client holds
  std::string download = {};                     ///< who is downloading, as hub::View::busy
};

/// Returns the sentence for users that says why the repo stays; "" if it can be removed. Pure.
std::string why_left(const Obstacles& obstacles, const std::filesystem::path& place);

struct RemovalPlan {
  Obstacles obstacles;
  std::vector<PlannedFolder> folders = {};
  PlannedFolder rest = {};      ///< what an interrupted removal has left in hubcache's folder
  std::uint64_t files = 0;      ///< entries that are not folders
  std::uint64_t disk_size = 0;  ///< bytes of blocks that the removal frees: not those of files with other hard links
};

/// The facts that the plans for several repos share.
struct RemovalContext {
  OpenFiles open_files;
  AdoptedPaths adopted;
  std::vector<std::filesystem::path> places;  ///< of all cached repos
};

/// Looks at all entries of the repo's folders. ErrorCode::interrupted if the caller cancels.
Result<RemovalPlan> plan_removal(const ExaminedRepo& repo, const RemovalContext& context);

/// Returns the id of a process that uses the folder, which is at `folder` now, or one of its planned entries.
std::optional<int> user_of(const PlannedFolder& planned, const std::filesystem::path& folder,
                           const OpenFiles& open_files);
/// Returns a planned lock that a client holds; "" if there is none. `folder`: as for user_of().
std::filesystem::path held_lock(const PlannedFolder& planned, const fs::Name& folder);

}  // namespace hubcache::caches
