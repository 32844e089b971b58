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

std::filesystem::path own_folder(const Environment& environment, std::string_view own, std::string_view xdg,
                                 const std::filesystem::path& fallback) {
  if (const auto folder = environment.get(own).value_or(""); !folder.empty())
    return environment.working_folder / folder;
  const std::filesystem::path base = environment.get(xdg).value_or("");
  return (base.is_absolute() ? base : environment.expand_user("~") / fallback) / "hubcache";
}

}  // namespace hubcache
