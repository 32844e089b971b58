// Starts the command of `hubcache run`, passes signals on to it and waits for its end.
#pragma once

#include <array>
#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include <sys/resource.h>
#include <sys/types.h>

#include <sys/signalfd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace hubcache::local_hub {

/// From construction on, delivers the process's signals as messages and raises its limit of open files to the maximum.
/// The process may have other threads, such as those of a notebook: a signal that the kernel gives to one of them is
/// passed on to the constructing thread. restore() and the destructor restore the previous settings; a child gets the
/// previous settings. Only one object may exist at a time.
class Signals {
 public:
  using Take = std::function<void(int signal, bool is_from_terminal)>;

  explicit Signals(boost::asio::io_context& io);
  ~Signals();

  void take(Take take);
  /// Delivers the pending signals that were not taken; they have the same effect as before the construction.
  void let_act();
  /// Restores the previous settings. Async-signal-safe: for a child, between fork and exec.
  void restore() const;

  boost::asio::io_context& io() { return io_; }

 private:
  static constexpr std::array messages = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH};

  static sigset_t set_of_messages();
  void pass_on_from_other_threads();
  void restore_actions() const;
  void read();

  boost::asio::io_context& io_;
  sigset_t mask_before_;
  rlimit files_before_{};
  struct sigaction pipe_before_, size_before_, child_before_;
  std::array<struct sigaction, messages.size()> before_;
  boost::asio::posix::stream_descriptor descriptor_;
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
  void take(int signal, bool is_from_terminal) const;
  void await_end();
  void look_again();
  bool reap();

  Signals& signals_;
  std::vector<int> inherited_;
  std::function<void(int)> ended_;
  pid_t pid_ = 0;
  boost::asio::posix::stream_descriptor program_;
  boost::asio::steady_timer timer_;
};

}  // namespace hubcache::local_hub
