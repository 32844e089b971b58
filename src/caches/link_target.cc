#include "caches/link_target.h"

#include <algorithm>

namespace hubcache::caches {

bool is_at_or_below(std::string_view name, std::string_view folder) {
  return !folder.empty() && name.starts_with(folder) && (name.size() == folder.size() || name[folder.size()] == '/');
}

std::string name_below(std::string_view folder, std::string_view name) {
  return std::string(is_at_or_below(name, folder) && name.size() > folder.size() ? name.substr(folder.size() + 1) : "");
}

bool has_part(std::string_view name, std::string_view part) {
  for (std::size_t start = 0; start <= name.size();) {
    const std::size_t end = std::min(name.find('/', start), name.size());
    if (name.substr(start, end - start) == part) return true;
    start = end + 1;
  }
  return false;
}

std::optional<std::string> link_target(std::string_view root, std::string_view link, std::string_view target) {
  std::string name(link.substr(0, link.rfind('/') == link.npos ? 0 : link.rfind('/')));
  if (target.starts_with('/')) {
    const bool is_inside = target.starts_with(root) && target.substr(root.size()).starts_with('/');
    if (!is_inside) return std::nullopt;
    target.remove_prefix(root.size());
    name.clear();
  }
  while (!target.empty()) {
    const std::string_view part = target.substr(0, target.find('/'));
    target.remove_prefix(part.size() < target.size() ? part.size() + 1 : part.size());
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (name.empty()) return std::nullopt;
      name.resize(name.rfind('/') == name.npos ? 0 : name.rfind('/'));
      continue;
    }
    if (!name.empty()) name += '/';
    name += part;
  }
  return name.empty() ? std::nullopt : std::optional(std::move(name));
}

}  // namespace hubcache::caches
