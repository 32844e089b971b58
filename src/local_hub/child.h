// The command that a local hub runs for: started, sent the signals that are meant for it, waited for.
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

/// Signals come as messages to this process from here on, and its limit of open files is the highest allowed. What a
/// child gets is what this process had before; so has this process again at the end.
class Signals {
 public:
  using Take = std::function<void(const signalfd_siginfo&)>;

  explicit Signals(boost::asio::io_context& io);
  ~Signals();

  void take(Take take);
  /// What has come since, and was not taken, does now what it would have done before.
  void let_act() const;
  /// In a child, between fork and exec: async-signal-safe.
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

/// Runs a program in this process's group and terminal; it gets SIGTERM when this process dies.
class Child {
 public:
  /// `ended` receives the exit code as a shell gives it: the program's own, 128 + the signal, 126 or 127.
  /// The program inherits the descriptors in `inherited` (base/descriptors.h) and no others.
  Child(Signals& signals, std::vector<int> inherited, std::function<void(int code)> ended);

  /// An Error where there can be no new process. A program that cannot be executed is `refused` by errno.
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
