// Patterns as in a .gitignore file (git 2.39, gitignore(5), wildmatch.c): `*.bin` matches at any depth, `/a` and `a/b`
// are anchored at the root, `**` crosses folders, a trailing `/` matches folders only, `\` escapes, `[a-z]`, `[!a]`.
// As with git's own --exclude=PATTERN there are no comments, and a space at the end counts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "fs/wildmatch.h"

namespace hubcache::fs {

class Glob {
 public:
  /// ErrorCode::usage for an empty pattern, one that could never match, and one that begins with `!`.
  static Result<Glob> parse(std::string_view pattern);

  /// Returns true if the pattern matches this path itself (not only one of its parents).
  bool matches(std::string_view path, bool is_folder) const;

 private:
  std::string start_;  ///< literal prefix of every match
  Wildmatch rest_;
  bool anchored_ = false;
  bool folders_only_ = false;
};

Result<std::vector<Glob>> parse_globs(const std::vector<std::string>& patterns);

/// Returns a pattern that matches only this path, relative to the folder.
std::string glob_of_path(std::string_view path);

}  // namespace hubcache::fs
