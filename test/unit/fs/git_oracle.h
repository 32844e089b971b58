// What the real git ignores: `git check-ignore` in a repository with one .gitignore for each pattern.
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
  std::vector<bool> files;  ///< whether git ignores them, by themselves or with a folder above them
  std::vector<bool> folders;
};

/// "" where git is not installed.
std::string git_version();

std::vector<Answer> ask_git(const std::vector<Question>& questions);

}  // namespace hubcache::fs::test
