// Starts the command of `hubcache run`, passes signals on to it and waits for its end.
#pragma once

#include <csignal>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

#include <sys/signalfd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace hubcache::local_hub {

/// From construction on, delivers signals as messages to this process and raises its limit of open files to the
/// maximum. restore() and the destructor restore the previous settings; a child gets the previous settings.
class Signals {
 public:
  using Take = std::function<void(const signalfd_siginfo&)>;

  explicit Signals(boost::asio::io_context& io);
  ~Signals();

  void take(Take take);
  /// Delivers the pending signals that were not taken; they have the same effect as before the construction.
  void let_act() const;
  /// Restores the previous settings. Async-signal-safe: for a child, between fork and exec.
  void restore() const;

 private:
  void read();

  sigset_t mask_before_;
  rlimit files_before_{};
  struct sigaction pipe_before_, child_before_;
  boost::asio::posix::stream_descriptor messages_;
  signalfd_siginfo message_{};
  Take take_;
};

/// Runs a program in the process group and terminal of this process. The program gets SIGTERM when this process dies.
class Child {
 public:
  /// `ended` receives the exit code as a shell gives it: the program's own code, 128 + the signal, 126 or 127. The
  /// program inherits the descriptors in `inherited` (base/descriptors.h) and no others.
  Child(Signals& signals, std::vector<int> inherited, std::function<void(int code)> ended);

  /// Returns an Error if the process cannot be created. If the program cannot be executed, calls `refused` with errno.
  Result<void> start(std::vector<std::string> command, const Environment& environment,
                     const std::function<void(int number)>& refused);

 private:
  void take(const signalfd_siginfo& message);
  void reap();

  Signals& signals_;
  std::vector<int> inherited_;
  std::function<void(int)> ended_;
  pid_t pid_ = 0;
};

}  // namespace hubcache::local_hub
