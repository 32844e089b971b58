// Reads the CPU time limit of this process's control groups.
#pragma once

#include <optional>

namespace hubcache {

/// Returns the smallest quota of this process's control groups (cgroup v2's cpu.max, v1's cpu.cfs_quota_us), in whole
/// cores rounded up; nullopt if there is none.
std::optional<unsigned> cpu_quota();

}  // namespace hubcache
