// Asks the real git which files it ignores: `git check-ignore` in a repository with one .gitignore for each pattern.
#pragma once

#include <string>
#include <vector>

namespace hubcache::fs::test {

struct Question {
  std::string pattern;  ///< one line of a .gitignore
  std::vector<std::string> files;
  std::vector<std::string> folders;
};

struct Answer {
  std::vector<bool> files;  ///< true: git ignores the file, or a folder above it
  std::vector<bool> folders;
};

/// Returns "" if git is not installed.
std::string git_version();

std::vector<Answer> ask_git(const std::vector<Question>& questions);

}  // namespace hubcache::fs::test
