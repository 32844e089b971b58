#include "base/path.h"

namespace hubcache {

std::filesystem::path absolute_path(const std::filesystem::path& working_folder, const std::filesystem::path& name) {
  std::filesystem::path at = name.is_absolute() ? "/" : working_folder;
  bool is_going_up = name.is_relative();
  for (const auto& part : name.relative_path()) {
    if (part.empty() || part == ".") continue;
    is_going_up = is_going_up && part == "..";
    at = is_going_up ? at.parent_path() : at / part;
  }
  return at;
}

}  // namespace hubcache
