// Matches any pattern with any path. `fs/glob_git_test.cc` compares the matches with git's.
#include <string>
#include <string_view>

#include "fs/glob.h"
#include "harness.h"
#include "hubcache/repo.h"

namespace hubcache::fuzz {
namespace {

/// The pattern of one path matches this path, and neither a longer nor a deeper one.
void check_glob_of(const std::string& path) {
  const auto glob = fs::Glob::parse(fs::glob_of_path(path));
  require(glob.has_value());
  require(glob->matches(path, false));
  require(!glob->matches(path + "x", false));
  require(!glob->matches("x/" + path, false));
}

}  // namespace

/// The parts: a pattern, a path.
void take(std::string_view input) {
  const auto [pattern, path] = split<2>(input);
  if (const auto glob = fs::Glob::parse(pattern)) {
    // A pattern for folders only matches no file, and what matches a file matches a folder of this name.
    if (glob->matches(path, false)) require(glob->matches(path, true));
    static_cast<void>(glob->matches(pattern, true));
  }
  if (const auto valid = RelPath::parse(path)) check_glob_of(valid->str());
}

}  // namespace hubcache::fuzz
