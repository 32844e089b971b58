// What the tests of this room need of the system.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <hubcache/result.h>

#include "fs/glob.h"

namespace hubcache::fs::test {

using std::filesystem::path;

/// A folder of its own, removed in the end.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const path& parent = std::filesystem::temp_directory_path());
  TemporaryFolder(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  path operator/(std::string_view name) const { return folder_ / name; }
  operator const path&() const { return folder_; }  // NOLINT(google-explicit-constructor)
  const std::string& str() const { return folder_.native(); }

 private:
  path folder_;
};

void write(const path& name, std::string_view bytes);
std::string read(const path& name);
ino_t inode_of(const path& name);

/// The names in a folder, sorted.
std::vector<std::string> names_in(const path& folder);

struct Ran {
  int status = 0;  ///< of its exit; 127: there is no such program
  std::string output;
};

/// Runs a program found in PATH with `input` on its stdin.
Ran run(const std::vector<std::string>& arguments, const std::string& input = "");

/// Says on stdout that a test could not run here, and why.
void skip(std::string_view what, std::string_view why);

/// Runs `body` in a child process; what it returns is the exit status, 99 where it threw: use REQUIRE there, not CHECK.
int in_child(const std::function<int()>& body);

/// A file system mounted by mount(8), in a mount namespace that ends with this process. Needs root.
class Mounted {
 public:
  Mounted(const std::vector<std::string>& options, path at);
  Mounted(const Mounted&) = delete;
  ~Mounted();
  /// Prints why it is not, with the name of the test that is skipped.
  bool is_there(std::string_view what) const;
  operator const path&() const { return at_; }  // NOLINT(google-explicit-constructor)
  path operator/(std::string_view name) const { return at_ / name; }

 private:
  path at_;
  bool is_mounted_ = false;
};

/// From here on, and for all children, the system call fails with `number` (seccomp).
bool make_system_call_fail(int call, int number);

/// Whether the pattern matches the path or a folder above it, as `git check-ignore` judges.
bool ignores(const Glob& glob, std::string_view path, bool is_folder);

/// An errno's words, as the messages have them.
std::string words(int number);

template <class T>
void require(const Result<T>& result) {
  if (!result) FAIL(result.error().message);
}

}  // namespace hubcache::fs::test
