#include "unit/fs/support.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hubcache::fs::test {

TemporaryFolder::TemporaryFolder(const path& parent) {
  std::string name = (parent / "hubcache-test-XXXXXX").native();
  if (!mkdtemp(name.data())) throw std::system_error(errno, std::generic_category(), name);
  folder_ = std::filesystem::canonical(name);
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void write(const path& name, std::string_view bytes) { std::ofstream(name, std::ios::binary) << bytes; }

std::string read(const path& name) {
  std::ifstream file(name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

ino_t inode_of(const path& name) {
  struct stat status;
  return lstat(name.c_str(), &status) == 0 ? status.st_ino : 0;
}

std::vector<std::string> names_in(const path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

namespace {

[[noreturn]] void execute(const std::vector<std::string>& arguments, int input, int output) {
  dup2(input, STDIN_FILENO);
  dup2(output, STDOUT_FILENO);
  std::vector<char*> pointers;
  for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  execvp(pointers[0], pointers.data());
  _exit(127);
}

int status_of_child(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

/// Input and output go through files, so that neither process blocks the other.
Ran run(const std::vector<std::string>& arguments, const std::string& input) {
  const TemporaryFolder folder;
  write(folder / "in", input);
  const pid_t child = fork();
  if (child == 0) {
    execute(arguments, open((folder / "in").c_str(), O_RDONLY | O_CLOEXEC),
            open((folder / "out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  }
  const int status = status_of_child(child);
  return {status, read(folder / "out")};
}

void skip(std::string_view what, std::string_view why) {
  std::printf("SKIPPED %.*s: %.*s\n", static_cast<int>(what.size()), what.data(), static_cast<int>(why.size()),
              why.data());
  std::fflush(stdout);
}

int in_child(const std::function<int()>& body) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child != 0) return status_of_child(child);
  int status = 99;
  try {
    status = body();
  } catch (...) {  // doctest has printed the failed REQUIRE
  }
  std::fflush(nullptr);
  _exit(status);
}

namespace {

bool has_own_mounts() {
  static const bool has = unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return has;
}

}  // namespace

Mounted::Mounted(const std::vector<std::string>& options, path at) : at_(std::move(at)) {
  std::filesystem::create_directories(at_);
  std::vector<std::string> command = {"mount"};
  command.insert(command.end(), options.begin(), options.end());
  command.push_back(at_);
  is_mounted_ = has_own_mounts() && run(command).status == 0;
}

Mounted::~Mounted() {
  if (is_mounted_) umount2(at_.c_str(), MNT_DETACH);
}

bool Mounted::is_there(std::string_view what) const {
  if (!is_mounted_) skip(what, geteuid() == 0 ? "nothing can be mounted here" : "mounting needs root");
  return is_mounted_;
}

bool make_system_call_fail(int call, int number) {
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<unsigned>(call), 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | static_cast<unsigned>(number)),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  sock_fprog program{static_cast<unsigned short>(std::size(filter)), filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

bool ignores(const Glob& glob, std::string_view path, bool is_folder) {
  for (auto slash = path.find('/'); slash != path.npos; slash = path.find('/', slash + 1)) {
    if (glob.matches(path.substr(0, slash), true)) return true;
  }
  return glob.matches(path, is_folder);
}

std::string words(int number) { return std::generic_category().message(number); }

}  // namespace hubcache::fs::test
