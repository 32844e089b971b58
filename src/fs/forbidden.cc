#include "fs/forbidden.h"

#include <cstdlib>
#include <memory>

namespace hubcache::fs {
namespace {

bool is_inside(std::string_view path, std::string_view folder) {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/' || folder == "/");
}

}  // namespace

ForbiddenFolders::ForbiddenFolders(const std::vector<std::filesystem::path>& folders) {
  for (const auto& folder : folders) {
    struct stat status;
    const bool exists = stat(folder.c_str(), &status) == 0;
    folders_.push_back(
        {folder.native(), exists ? std::optional(FolderId{status.st_dev, status.st_ino}) : std::nullopt});
  }
}

std::optional<std::string> ForbiddenFolders::entered_by(const std::string& name) const {
  if (folders_.empty()) return std::nullopt;
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(name.c_str(), nullptr), &std::free);
  if (!real) return std::nullopt;
  for (const Folder& folder : folders_) {
    if (is_inside(real.get(), folder.path)) return folder.path;
  }
  return std::nullopt;
}

std::optional<std::string> ForbiddenFolders::same_as(const FolderId& id) const {
  for (const Folder& folder : folders_) {
    if (folder.id == id) return folder.path;
  }
  return std::nullopt;
}

}  // namespace hubcache::fs
