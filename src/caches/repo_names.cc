#include "caches/repo_names.h"

#include <algorithm>

#include "caches/link_target.h"

namespace hubcache::caches {

RepoNames::RepoNames(const hub::Target& target, const hub::Anatomy& anatomy)
    : anatomy_(anatomy), own_names_(target.layout.own_names()), own_names_at_top_(target.layout.own_names_at_top()) {}

bool RepoNames::is_file_of_repo(std::string_view name) const {
  if (!anatomy_.revisions.empty()) return is_at_or_below(name, anatomy_.revisions);
  if (std::ranges::find(own_names_at_top_, name.substr(0, name.find('/'))) != own_names_at_top_.end()) return false;
  for (std::size_t start = 0; start != name.npos;) {
    const auto end = name.find('/', start);
    if (std::ranges::find(own_names_, name.substr(start, end - start)) != own_names_.end()) return false;
    start = end == name.npos ? end : end + 1;
  }
  return true;
}

bool RepoNames::is_content(std::string_view name) const { return is_at_or_below(name, anatomy_.contents); }

}  // namespace hubcache::caches
