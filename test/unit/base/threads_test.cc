// Fewer threads if the system allows no more: under a real limit of processes, and in a real control group.
#include "base/threads.h"

#include <doctest/doctest.h>
#include <grp.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "base/cpu_quota.h"

namespace hubcache {
namespace {

/// Returns the result of `check` in its own process.
template <class Check>
int in_child(Check check) {
  const pid_t process = fork();
  if (process == 0) _exit(check());
  int status = 0;
  REQUIRE(waitpid(process, &status, 0) == process);
  REQUIRE(WIFEXITED(status));
  return WEXITSTATUS(status);
}

}  // namespace

TEST_CASE("jobs run, and the destructor waits for them") {
  std::atomic<int> done = 0;
  {
    Threads threads;
    for (int i = 0; i < 3; ++i) REQUIRE(threads.start([&] { ++done; }));
    CHECK(threads.size() == 3);
  }
  CHECK(done == 3);
  CHECK(usable_cores() >= 1);
}

TEST_CASE("a user at the process limit gets no thread, and the caller is told") {
  if (geteuid() != 0) {
    MESSAGE("needs root, to become a user without any other process");
    return;
  }
  constexpr int unused_user = 54'322;
  const int started = in_child([] {
    const rlimit one{1, 1};
    const bool is_other = setgroups(0, nullptr) == 0 && setrlimit(RLIMIT_NPROC, &one) == 0 && setuid(unused_user) == 0;
    if (!is_other) return 100;
    Threads threads;
    return threads.start([] {}) ? 1 : 0;
  });
  CHECK(started == 0);
}

TEST_CASE("a control group's CPU quota limits the cores") {
  const std::filesystem::path group =
      "/sys/fs/cgroup/cpu/hubcache-test-" + std::to_string(getpid());  // v1; v2 would need the controller enabled
  std::error_code problem;
  if (!std::filesystem::is_directory("/sys/fs/cgroup/cpu") || !std::filesystem::create_directory(group, problem)) {
    MESSAGE("no control group for CPU time can be made here");
    return;
  }
  const auto cores_with = [&](const char* quota) {
    std::ofstream(group / "cpu.cfs_quota_us") << quota;
    return in_child([&] {
      std::ofstream(group / "cgroup.procs") << 0 << std::flush;
      return static_cast<int>(cpu_quota().value_or(99));
    });
  };
  CHECK(cores_with("-1") == 99);
  CHECK(cores_with("50000") == 1);  // half a core
  CHECK(cores_with("100000") == 1);
  CHECK(cores_with("150000") == 2);
  CHECK(cores_with("400000") == 4);
  std::filesystem::remove(group, problem);
}

}  // namespace hubcache
