// Writes changes of names to the disk, where the file system does not keep their order.
#pragma once

#include <filesystem>

#include <hubcache/result.h>

namespace hubcache::fs {

/// Makes sure that after a power loss no later change is on the disk while an earlier change of a name on the same file
/// system is not. ext4 and XFS keep this order by themselves. On btrfs, fsync writes one file or folder before all
/// others (btrfs(5), "log tree"), so everything is written. Does nothing if the folder does not exist.
Result<void> sync_names(const std::filesystem::path& folder);

}  // namespace hubcache::fs
