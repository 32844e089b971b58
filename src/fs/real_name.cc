#include "fs/real_name.h"

#include <cstdlib>
#include <memory>

namespace hubcache::fs {

std::optional<std::string> real_name(const std::filesystem::path& name) {
  const std::unique_ptr<char, decltype(&std::free)> real(realpath(name.c_str(), nullptr), &std::free);
  return real ? std::optional<std::string>(real.get()) : std::nullopt;
}

bool lies_below(const std::string& folder, const std::string& name) {
  return folder == "/" || (name.starts_with(folder) && name.size() > folder.size() && name[folder.size()] == '/');
}

}  // namespace hubcache::fs
