// Parts of the text reports of the commands that remove cached files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hubcache::caches {

/// Returns a line for each file that another program has put into a folder while it was removed.
std::string kept_text(const std::vector<std::string>& kept);
/// Returns the last line. `is_plan`: nothing was removed yet.
std::string freed_text(std::uint64_t disk_size, bool is_plan);

}  // namespace hubcache::caches
