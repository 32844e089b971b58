// Helpers for the tests of src/fs.
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

/// A temporary folder; the destructor removes it.
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

/// Returns the names in a folder, sorted.
std::vector<std::string> names_in(const path& folder);

struct Ran {
  int status = 0;  ///< the exit status; 127: the program does not exist
  std::string output;
};

/// Runs a program in PATH with `input` as its stdin.
Ran run(const std::vector<std::string>& arguments, const std::string& input = "");

/// Prints that a test cannot run here, and the reason.
void skip(std::string_view what, std::string_view why);

/// Runs `body` in a child process and returns its exit status: the body's result, or 99 if it threw. Use REQUIRE in the
/// body, not CHECK.
int in_child(const std::function<int()>& body);

/// A file system mounted by mount(8) in a mount namespace that ends with this process. Needs root.
class Mounted {
 public:
  Mounted(const std::vector<std::string>& options, path at);
  Mounted(const Mounted&) = delete;
  ~Mounted();
  /// Returns true if it is mounted; else prints the reason and the name of the skipped test.
  bool is_there(std::string_view what) const;
  operator const path&() const { return at_; }  // NOLINT(google-explicit-constructor)
  path operator/(std::string_view name) const { return at_ / name; }

 private:
  path at_;
  bool is_mounted_ = false;
};

/// Makes the system call fail with `number` in this process and all its children (seccomp).
bool make_system_call_fail(int call, int number);

/// Returns true if the pattern matches the path or a folder above it, as for `git check-ignore`.
bool ignores(const Glob& glob, std::string_view path, bool is_folder);

/// Returns the text of an errno as in hubcache's messages.
std::string words(int number);

template <class T>
void require(const Result<T>& result) {
  if (!result) FAIL(result.error().message);
}

}  // namespace hubcache::fs::test
