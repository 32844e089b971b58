#include "base/descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <memory>
#include <string_view>

namespace hubcache {
namespace {

#ifndef CLOSE_RANGE_CLOEXEC
constexpr unsigned CLOSE_RANGE_CLOEXEC = 1u << 2;
#endif

bool is_inheritable(int number) {
  const int flags = fcntl(number, F_GETFD);
  return flags >= 0 && (flags & FD_CLOEXEC) == 0;
}

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

int most_descriptors() noexcept {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  return static_cast<int>(std::min<rlim_t>(limit.rlim_cur, 1 << 20));
}

/// Uses one system call for the range if the kernel supports it (Linux 5.11), else one for each descriptor.
void set_close_on_exec(int first, int last) noexcept {
  if (first > last) return;
#ifdef SYS_close_range
  if (syscall(SYS_close_range, static_cast<unsigned>(first), static_cast<unsigned>(last), CLOSE_RANGE_CLOEXEC) == 0)
    return;
#endif
  const int end = std::min(last, most_descriptors() - 1);
  for (int number = first; number <= end; ++number) {
    const int flags = fcntl(number, F_GETFD);
    if (flags >= 0) fcntl(number, F_SETFD, flags | FD_CLOEXEC);
  }
}

}  // namespace

std::vector<int> inheritable_descriptors() {
  std::vector<int> numbers;
  const std::unique_ptr<DIR, CloseFolder> folder(opendir("/proc/self/fd"));
  if (!folder) {
    for (int number = 0; number < most_descriptors(); ++number) {
      if (is_inheritable(number)) numbers.push_back(number);
    }
    return numbers;
  }
  while (const dirent* entry = readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    int number = -1;
    const auto [stop, failure] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (failure == std::errc() && is_inheritable(number)) numbers.push_back(number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

void close_on_exec_except(const std::vector<int>& kept) noexcept {
  int first = 0;
  for (const int number : kept) {
    set_close_on_exec(first, number - 1);
    first = number + 1;
  }
  set_close_on_exec(first, INT_MAX);
}

void reserve_standard_descriptors() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(number, F_GETFD) >= 0) continue;
    // open() returns the lowest free number, which is `number`. The mode is the opposite of the usual one, so that
    // using the descriptor still fails.
    const int opened = open("/dev/null", (number == STDIN_FILENO ? O_WRONLY : O_RDONLY) | O_CLOEXEC);
    static_cast<void>(opened);
  }
}

}  // namespace hubcache
