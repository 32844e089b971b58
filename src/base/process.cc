#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <thread>

#include "base/cancel.h"
#include "base/descriptors.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int look_every = 50;  // ms, for a cancellation

Error failure(const std::string& program, const std::string& what) {
  return {ErrorCode::failed, in_quotes(program) + " " + what,
          say("use another program, or run this one by hand to see its message")};
}

/// A started program. The destructor kills it if it has not ended.
class Child {
 public:
  Child(pid_t pid, int output) : pid_(pid), output_(output) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    close(output_);
    if (ended_) return;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  }
  int output() const { return output_; }
  /// Waits for the program's end. Returns the status as in waitpid; nullopt if the program has not ended by `end`.
  std::optional<int> wait_until(Clock::time_point end) {
    for (;;) {
      int status = 0;
      if (waitpid(pid_, &status, WNOHANG) == pid_) {
        ended_ = true;
        return status;
      }
      if (Clock::now() >= end) return std::nullopt;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }

 private:
  pid_t pid_;
  int output_;
  bool ended_ = false;
};

/// Result of start(): the error number; if that is 0, the process id and the readable end of its stdout.
struct Started {
  int problem = 0;
  pid_t pid = 0;
  int output = -1;
};

Started start(std::vector<std::string> words) {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) return {errno};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  for (const int number : inheritable_descriptors()) {  // of libraries that do not use O_CLOEXEC
    if (number > STDERR_FILENO) posix_spawn_file_actions_addclose(&actions, number);
  }
  const std::vector<char*> arguments = pointers_to(words);
  Started started;
  started.problem = posix_spawnp(&started.pid, words.front().c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (started.problem != 0) close(ends[0]);
  else started.output = ends[0];
  return started;
}

Error too_slow(const std::string& program, const ProcessLimits& limits) {
  return failure(program, say("did not end within {} s", std::to_string(limits.seconds)));
}

Result<std::string> read_all(int output, const std::string& program, const ProcessLimits& limits,
                             Clock::time_point end) {
  std::string text;
  std::array<char, 4096> piece{};
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    pollfd wanted{output, POLLIN, 0};
    const int ready = poll(&wanted, 1, static_cast<int>(std::clamp<long long>(left, 0, look_every)));
    TRY(check_not_cancelled());
    if (ready == 0 && left <= 0) return too_slow(program, limits);
    if (ready == 0) continue;
    const ssize_t count = ready > 0 ? read(output, piece.data(), piece.size()) : -1;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure(program, say("cannot be read: {}", std::strerror(errno)));
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
    if (text.size() > limits.bytes) return failure(program, say("printed too much output"));
  }
}

}  // namespace

Result<std::string> output_of(const std::vector<std::string>& words, const ProcessLimits& limits) {
  const std::string& program = words.front();
  const auto end = Clock::now() + std::chrono::seconds(limits.seconds);
  const Started started = start(words);
  if (started.problem != 0) return failure(program, say("cannot be started: {}", std::strerror(started.problem)));
  Child child(started.pid, started.output);
  std::string text = TRY(read_all(child.output(), program, limits, end));
  const auto status = child.wait_until(end);  // it may continue after closing its stdout
  if (!status) return too_slow(program, limits);
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 0) return text;
  return failure(program, WIFEXITED(*status) ? say("ended with exit code {}", std::to_string(WEXITSTATUS(*status)))
                                             : say("was killed"));
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  return pointers;
}

}  // namespace hubcache
