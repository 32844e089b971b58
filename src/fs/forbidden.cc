#include "fs/forbidden.h"

#include <cstdlib>
#include <memory>

namespace hubcache::fs {

ForbiddenFolders::ForbiddenFolders(const std::vector<std::filesystem::path>& folders) {
  for (const auto& folder : folders) {
    struct stat status;
    // A folder that does not exist cannot be entered.
    if (stat(folder.c_str(), &status) == 0)
      by_id_.try_emplace(DeviceInode{status.st_dev, status.st_ino}, folder.native());
  }
}

std::optional<std::string> ForbiddenFolders::entered_by(const std::string& name) {
  if (by_id_.empty()) return std::nullopt;
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(name.c_str(), nullptr), &std::free);
  if (!real) return std::nullopt;
  const std::string target = real.get();
  const auto is_target = same_as(target);
  return is_target ? is_target : above(target.substr(0, target.rfind('/')));
}

std::optional<std::string> ForbiddenFolders::same_as(const DeviceInode& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

const std::optional<std::string>& ForbiddenFolders::above(const std::string& folder) {
  if (const auto known = above_by_name_.find(folder); known != above_by_name_.end()) return known->second;
  std::optional<std::string> found = same_as(folder.empty() ? "/" : folder);
  if (!found && !folder.empty()) found = above(folder.substr(0, folder.rfind('/')));
  return above_by_name_.emplace(folder, std::move(found)).first->second;
}

std::optional<std::string> ForbiddenFolders::same_as(const std::string& folder) const {
  struct stat status;
  if (stat(folder.c_str(), &status) != 0) return std::nullopt;
  return same_as(DeviceInode{status.st_dev, status.st_ino});
}

}  // namespace hubcache::fs
