#include "unit/fs/git_oracle.h"

#include <cstdlib>
#include <stdexcept>

#include <unistd.h>

#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

/// Hides the user's own git settings and excludes.
void set_environment(const path& home) {
  setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
  setenv("GIT_CEILING_DIRECTORIES", home.parent_path().c_str(), 1);
  setenv("XDG_CONFIG_HOME", home.c_str(), 1);
  for (const char* name : {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"}) unsetenv(name);
}

/// Returns a folder in memory if possible, because the test creates many thousand folders.
path fast_folder() {
  return access("/dev/shm", W_OK | X_OK) == 0 ? path("/dev/shm") : std::filesystem::temp_directory_path();
}

std::string file_root(std::size_t index) { return "f" + std::to_string(index) + "/"; }
std::string folder_root(std::size_t index) { return "d" + std::to_string(index) + "/"; }

/// Creates the folders, because git checks on the disk whether a name is a folder. Files need not exist.
void lay_out(const path& repo, std::size_t index, const Question& question) {
  for (const std::string& root : {file_root(index), folder_root(index)}) {
    std::filesystem::create_directory(repo / root);
    write(repo / root / ".gitignore", question.pattern + "\n");
  }
  for (const std::string& folder : question.folders) {
    std::filesystem::create_directories(repo / folder_root(index) / folder);
  }
}

void append_names(std::string& input, const std::string& root, const std::vector<std::string>& names) {
  for (const std::string& name : names) input += root + name + '\0';
}

/// Parses records of `source NUL line NUL pattern NUL path NUL`; without a source the path is not ignored.
class Reader {
 public:
  explicit Reader(std::string_view output) : output_(output) {}

  std::vector<bool> read(const std::string& root, const std::vector<std::string>& names) {
    std::vector<bool> ignored;
    for (const std::string& name : names) {
      ignored.push_back(!next().empty());
      next();
      next();
      if (next() != root + name) throw std::runtime_error("git answers for another path than " + name);
    }
    return ignored;
  }

 private:
  std::string_view next() {
    const auto end = output_.find('\0');
    if (end == output_.npos) throw std::runtime_error("git's answer ends early");
    const std::string_view field = output_.substr(0, end);
    output_.remove_prefix(end + 1);
    return field;
  }

  std::string_view output_;
};

}  // namespace

std::string git_version() { return run({"git", "--version"}).output; }

std::vector<Answer> ask_git(const std::vector<Question>& questions) {
  const TemporaryFolder repo(fast_folder());
  set_environment(repo);
  if (run({"git", "init", "-q", "--template=", repo.str()}).status != 0) throw std::runtime_error("git init failed");
  std::string input;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    lay_out(repo, i, questions[i]);
    append_names(input, file_root(i), questions[i].files);
    append_names(input, folder_root(i), questions[i].folders);
  }
  const std::vector<std::string> command = {
      "git", "-C", repo.str(), "check-ignore", "--no-index", "--verbose", "--non-matching", "--stdin", "-z"};
  const Ran ran = run(command, input);
  Reader reader(ran.output);
  std::vector<Answer> answers;
  for (std::size_t i = 0; i < questions.size(); ++i) {
    auto files = reader.read(file_root(i), questions[i].files);
    answers.push_back({std::move(files), reader.read(folder_root(i), questions[i].folders)});
  }
  return answers;
}

}  // namespace hubcache::fs::test
