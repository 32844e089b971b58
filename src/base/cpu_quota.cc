#include "base/cpu_quota.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace hubcache {
namespace {

using std::filesystem::path;

/// A mounted hierarchy of control groups in /proc/self/mountinfo.
struct Hierarchy {
  std::string root;  ///< the mounted group
  path mounted_at;
  bool is_v2 = false;
};

bool contains_word(std::string_view list, std::string_view word) {
  for (std::size_t start = 0; start <= list.size();) {
    const auto end = std::min(list.find(',', start), list.size());
    if (list.substr(start, end - start) == word) return true;
    start = end + 1;
  }
  return false;
}

/// Parses a line such as "30 23 0:26 /root /sys/fs/cgroup/cpu rw,nosuid - cgroup cgroup rw,cpu".
std::optional<Hierarchy> hierarchy_of(const std::string& line) {
  std::istringstream words(line);
  std::string skipped, root, mounted_at, type, options;
  words >> skipped >> skipped >> skipped >> root >> mounted_at;
  while (words >> skipped && skipped != "-") continue;
  words >> type >> skipped >> options;
  const bool is_v2 = type == "cgroup2";
  if (!is_v2 && !(type == "cgroup" && contains_word(options, "cpu"))) return std::nullopt;
  return Hierarchy{root, mounted_at, is_v2};
}

/// Returns this process's group in v2 or in v1's cpu hierarchy, from /proc/self/cgroup: "0::/group",
/// "4:cpu,cpuacct:/group".
std::optional<std::string> own_group(bool is_v2) {
  std::ifstream file("/proc/self/cgroup");
  for (std::string line; std::getline(file, line);) {
    const auto first = line.find(':'), second = line.find(':', first + 1);
    if (first == line.npos || second == line.npos) continue;
    const std::string controllers = line.substr(first + 1, second - first - 1);
    const bool is_it = is_v2 ? controllers.empty() : contains_word(controllers, "cpu");
    if (is_it) return line.substr(second + 1);
  }
  return std::nullopt;
}

/// Returns the group's own quota in cores; nullopt if it has none.
std::optional<double> quota_of_group(const path& group, bool is_v2) {
  double quota = -1, period = 0;
  if (is_v2) {
    std::ifstream(group / "cpu.max") >> quota >> period;  // reading fails for "max"
  } else {
    std::ifstream(group / "cpu.cfs_quota_us") >> quota;
    std::ifstream(group / "cpu.cfs_period_us") >> period;
  }
  if (quota <= 0 || period <= 0) return std::nullopt;
  return quota / period;
}

/// Returns the group's path below the mount. In a container the mounted group may be the root, and the group's path may
/// begin with the mounted group's path or not.
path below_mount(const std::string& group, const std::string& root) {
  if (root != "/" && group.starts_with(root)) return path(group.substr(root.size())).relative_path();
  return group.find("/..") == group.npos ? path(group).relative_path() : path();
}

}  // namespace

std::optional<unsigned> cpu_quota() {
  std::optional<double> least;
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const auto hierarchy = hierarchy_of(line);
    if (!hierarchy) continue;
    const auto group = own_group(hierarchy->is_v2);
    if (!group) continue;
    for (path below = below_mount(*group, hierarchy->root);; below = below.parent_path()) {
      const auto quota = quota_of_group(hierarchy->mounted_at / below, hierarchy->is_v2);
      if (quota) least = std::min(*quota, least.value_or(*quota));
      if (below.empty()) break;
    }
  }
  if (!least) return std::nullopt;
  return static_cast<unsigned>(std::clamp(std::ceil(*least), 1.0, 65536.0));
}

}  // namespace hubcache
