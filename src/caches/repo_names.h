// Tells the files of a cached repo from the client's metadata and from unfinished downloads, by their names.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "hub/target.h"

namespace hubcache::caches {

/// The names in one place, relative to its root. All functions are pure.
class RepoNames {
 public:
  RepoNames(const hub::Target& target, const hub::Anatomy& anatomy);

  /// Whether the file belongs to the repo rather than to the client or hubcache.
  bool is_file_of_repo(std::string_view name) const;
  /// Whether the file has a content to which files of the revisions are symlinks.
  bool is_content(std::string_view name) const;

 private:
  const hub::Anatomy& anatomy_;
  std::vector<std::string> own_names_, own_names_at_top_;
};

}  // namespace hubcache::caches
