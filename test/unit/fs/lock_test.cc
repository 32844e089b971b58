#include "fs/lock.h"

#include <csignal>

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

ErrorCode code_of(const Result<Lock>& lock) { return lock ? ErrorCode{} : lock.error().code; }

TEST_CASE("a held lock is a conflict whose message has the file and a hint") {
  const TemporaryFolder folder;
  const auto lock = Lock::acquire(folder / "lock");
  require(lock);
  const auto second = Lock::acquire(folder / "lock");
  REQUIRE_FALSE(second);
  CHECK(second.error().code == ErrorCode::conflict);
  CHECK(second.error().message.find((folder / "lock").native()) != std::string::npos);
  CHECK_FALSE(second.error().hint.empty());
  CHECK(in_child([&] { return code_of(Lock::acquire(folder / "lock")) == ErrorCode::conflict ? 0 : 1; }) == 0);
}

mode_t mode_of(const path& name) {
  struct stat status{};
  REQUIRE(stat(name.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

TEST_CASE("only users who may write to the folder can open the lock, whatever the umask is") {
  const TemporaryFolder folder;
  const mode_t before = umask(0);
  for (const auto& [of_folder, of_lock] :
       {std::pair{0700, 0600}, {0755, 0600}, {0775, 0660}, {02775, 0660}, {01777, 0666}}) {
    chmod(folder.str().c_str(), static_cast<mode_t>(of_folder));
    CHECK(Lock::acquire(folder / "lock").has_value());
    CHECK(mode_of(folder / "lock") == static_cast<mode_t>(of_lock));
    std::filesystem::remove(folder / "lock");
  }
  umask(before);
  chmod(folder.str().c_str(), 0755);
  write(folder / "lock", "");
  chmod((folder / "lock").c_str(), 0644);  // the mode that earlier versions used
  CHECK(Lock::acquire(folder / "lock").has_value());
  CHECK(mode_of(folder / "lock") == 0600);
}

TEST_CASE("a user with read access only cannot hold the lock; a user with write access can") {
  if (geteuid() != 0) return skip("locks of two users", "only root can become another user");
  const TemporaryFolder folder;
  constexpr uid_t other = 54321;
  const auto as_other = [&](auto body) {
    return in_child(
        [&] { return setgroups(0, nullptr) == 0 && setgid(other) == 0 && setuid(other) == 0 ? body() : 98; });
  };
  chmod(folder.str().c_str(), 0755);
  CHECK(Lock::acquire(folder / "lock").has_value());
  CHECK(as_other([&] { return open((folder / "lock").c_str(), O_RDONLY) < 0 && errno == EACCES ? 0 : 1; }) == 0);
  CHECK(as_other([&] { return Lock::acquire(folder / "lock") ? 1 : 0; }) == 0);
  REQUIRE(chown(folder.str().c_str(), static_cast<uid_t>(-1), other) == 0);
  chmod(folder.str().c_str(), 0775);
  const auto mine = Lock::acquire(folder / "lock");
  require(mine);
  CHECK(as_other([&] { return code_of(Lock::acquire(folder / "lock")) == ErrorCode::conflict ? 0 : 1; }) == 0);
  {
    const Lock released = std::move(Lock::acquire(folder / "second").value());
  }
  CHECK(as_other([&] { return Lock::acquire(folder / "second") ? 0 : 1; }) == 0);
}

TEST_CASE("a lock ends with its object, and can be moved") {
  const TemporaryFolder folder;
  {
    Lock first = Lock::acquire(folder / "lock").value();
    const Lock moved = std::move(first);
    CHECK(code_of(Lock::acquire(folder / "lock")) == ErrorCode::conflict);
  }
  Lock one = Lock::acquire(folder / "lock").value();
  Lock other = Lock::acquire(folder / "other").value();
  one = std::move(other);
  CHECK(Lock::acquire(folder / "lock").has_value());
  CHECK(code_of(Lock::acquire(folder / "other")) == ErrorCode::conflict);
  CHECK(names_in(folder) == std::vector<std::string>{"lock", "other"});
}

TEST_CASE("a lock ends with its process, also if it is killed") {
  const TemporaryFolder folder;
  int ready[2];
  REQUIRE(pipe(ready) == 0);
  const pid_t child = fork();
  if (child == 0) {
    const auto lock = Lock::acquire(folder / "lock");
    if (::write(ready[1], lock ? "y" : "n", 1) == 1) pause();
    _exit(1);
  }
  char answer = 0;
  REQUIRE(::read(ready[0], &answer, 1) == 1);
  CHECK(answer == 'y');
  CHECK(code_of(Lock::acquire(folder / "lock")) == ErrorCode::conflict);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK(Lock::acquire(folder / "lock").has_value());
  close(ready[0]);
  close(ready[1]);
}

TEST_CASE("a lock ends with its process, although a program that the process started still runs") {
  const TemporaryFolder folder;
  Lock::acquire(folder / "lock").value();
  auto lock = Lock::acquire(folder / "lock");
  require(lock);
  const pid_t child = fork();
  if (child == 0) {
    execlp("sleep", "sleep", "60", nullptr);
    _exit(127);
  }
  lock = Error{};  // released here; the program would still hold an inherited lock
  auto again = Lock::acquire(folder / "lock");
  for (int wait = 0; !again && wait < 1000; ++wait) {  // until the child has called exec
    usleep(1000);
    again = Lock::acquire(folder / "lock");
  }
  CHECK(again.has_value());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
}

TEST_CASE("a lock whose file was removed is not valid, because another process can take the lock") {
  const TemporaryFolder folder;
  auto lock = Lock::acquire(folder / "lock");
  require(lock);
  CHECK(lock->remove_file().has_value());
  CHECK(names_in(folder).empty());
  CHECK(lock->remove_file().has_value());
  const auto other = Lock::acquire(folder / "lock");
  CHECK(other.has_value());
  CHECK(lock->remove_file().has_value());  // the file now belongs to another lock
  CHECK(names_in(folder) == std::vector<std::string>{"lock"});
}

TEST_CASE("a path that cannot be locked is an Error") {
  const TemporaryFolder folder;
  write(folder / "user-file", "");
  std::filesystem::create_symlink("user-file", folder / "link");
  std::filesystem::create_directory(folder / "folder");
  for (const char* name : {"link", "folder", "missing/lock"}) {
    const auto lock = Lock::acquire(folder / name);
    REQUIRE_FALSE(lock);
    CHECK(lock.error().code == ErrorCode::failed);
    CHECK(lock.error().message.find(name) != std::string::npos);
  }
}

/// Counts up under the lock, mostly removing its file; returns how often another process held it at the same time.
int compete(const path& file, int* inside, int rounds) {
  int intrusions = 0;
  for (int done = 0; done < rounds;) {
    auto lock = Lock::acquire(file);
    if (!lock && lock.error().code != ErrorCode::conflict) return 255;
    if (!lock) {
      sched_yield();
      continue;
    }
    if (__atomic_add_fetch(inside, 1, __ATOMIC_SEQ_CST) != 1) ++intrusions;
    sched_yield();
    __atomic_sub_fetch(inside, 1, __ATOMIC_SEQ_CST);
    if (++done % 4 != 0 && !lock->remove_file()) return 254;
  }
  return intrusions;
}

TEST_CASE("only one of 16 processes holds the lock at a time") {
  const TemporaryFolder folder;
  void* shared = mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  REQUIRE(shared != MAP_FAILED);
  std::vector<pid_t> children;
  for (int i = 0; i < 16; ++i) {
    children.push_back(fork());
    if (children.back() == 0) _exit(compete(folder / "lock", static_cast<int*>(shared), 200));
  }
  for (const pid_t child : children) {
    int status = -1;
    waitpid(child, &status, 0);
    CHECK(status == 0);
  }
  munmap(shared, sizeof(int));
}

}  // namespace
}  // namespace hubcache::fs::test
