#include "local_hub/child.h"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>

#include "base/descriptors.h"
#include "base/language.h"
#include "base/process.h"
#include "base/system_call.h"
#include "fs/descriptor.h"
#include "fs/system_error.h"

namespace hubcache::local_hub {
namespace {

constexpr int cannot_execute = 126, not_found = 127;

pthread_t taker;

/// Handles a signal that the kernel has given to a thread that does not block it.
void pass_on(int signal, siginfo_t* info, void* /*context*/) {
  const int number = errno;
  pthread_sigqueue(taker, signal, sigval{.sival_int = info->si_code});
  errno = number;
}

std::vector<std::string> lines_of(const Environment& environment) {
  std::vector<std::string> lines;
  lines.reserve(environment.variables.size());
  for (const auto& [name, value] : environment.variables) lines.push_back(name + "=" + value);
  return lines;
}

}  // namespace

sigset_t Signals::set_of_messages() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : messages) sigaddset(&set, signal);
  return set;
}

Signals::Signals(boost::asio::io_context& io) : io_(io), descriptor_(io) {
  const sigset_t set = set_of_messages();
  pthread_sigmask(SIG_BLOCK, &set, &mask_before_);
  pass_on_from_other_threads();
  struct sigaction action{};
  action.sa_handler = SIG_DFL;  // with SIG_IGN, the kernel forgets how a child ended
  sigaction(SIGCHLD, &action, &child_before_);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &pipe_before_);
  sigaction(SIGXFSZ, &action, &size_before_);  // a write beyond the limit of a file's size then fails
  getrlimit(RLIMIT_NOFILE, &files_before_);
  const rlimit most{files_before_.rlim_max, files_before_.rlim_max};
  setrlimit(RLIMIT_NOFILE, &most);
  descriptor_.assign(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

Signals::~Signals() { restore(); }

void Signals::pass_on_from_other_threads() {
  taker = pthread_self();
  struct sigaction action{};
  action.sa_sigaction = pass_on;
  action.sa_flags = SA_SIGINFO | SA_RESTART;
  for (std::size_t i = 0; i < messages.size(); ++i) sigaction(messages[i], &action, &before_[i]);
}

void Signals::restore_actions() const {
  for (std::size_t i = 0; i < messages.size(); ++i) sigaction(messages[i], &before_[i], nullptr);
}

void Signals::restore() const {
  setrlimit(RLIMIT_NOFILE, &files_before_);
  sigaction(SIGPIPE, &pipe_before_, nullptr);
  sigaction(SIGXFSZ, &size_before_, nullptr);
  sigaction(SIGCHLD, &child_before_, nullptr);
  restore_actions();
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void Signals::take(Take take) {
  take_ = std::move(take);
  read();
}

void Signals::let_act() {
  const sigset_t set = set_of_messages();
  restore_actions();
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  pass_on_from_other_threads();
}

void Signals::read() {
  descriptor_.async_read_some(boost::asio::buffer(&message_, sizeof message_),
                              [this](const boost::system::error_code& problem, std::size_t) {
                                if (problem) return;
                                const int code = message_.ssi_code == SI_QUEUE ? message_.ssi_int : message_.ssi_code;
                                take_(static_cast<int>(message_.ssi_signo), code == SI_KERNEL);
                                read();
                              });
}

Child::Child(Signals& signals, std::vector<int> inherited, std::function<void(int)> ended)
    : signals_(signals),
      inherited_(std::move(inherited)),
      ended_(std::move(ended)),
      program_(signals.io()),
      timer_(signals.io()) {}

Result<void> Child::start(std::vector<std::string> command, const Environment& environment,
                          const std::function<void(int)>& refused) {
  auto variables = lines_of(environment);
  const auto words = pointers_to(command), settings = pointers_to(variables);
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return fs::system_error(errno, say("start {}", command.front()));
  fs::Descriptor says(ends[0]), tells(ends[1]);
  const pid_t parent = getpid();
  signals_.let_act();  // signals that arrive from here on are meant for the command
  pid_ = fork();
  if (pid_ < 0) return fs::system_error(errno, say("start {}", command.front()));
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    close_on_exec_except(inherited_);
    signals_.restore();
    if (getppid() == parent) execvpe(words.front(), words.data(), settings.data());
    const int number = errno;
    static_cast<void>(!write(tells.get(), &number, sizeof number));
    _exit(number == ENOENT ? not_found : cannot_execute);
  }
  tells = {};
  int number = 0;
  if (fs::uninterrupted([&] { return read(says.get(), &number, sizeof number); }) > 0) refused(number);
  await_end();
  signals_.take([this](int signal, bool is_from_terminal) { take(signal, is_from_terminal); });
  return {};
}

/// Ignores signals that the terminal sends: the child is in the same group and gets them too.
void Child::take(int signal, bool is_from_terminal) const {
  if (!is_from_terminal) kill(pid_, signal);
}

/// SIGCHLD would not do: where another thread does not block it, the kernel gives it to that thread and forgets it.
void Child::await_end() {
  const int descriptor = system_call::pidfd_open(pid_, 0);
  if (descriptor < 0) return look_again();  // Linux before 5.3
  program_.assign(descriptor);
  program_.async_wait(program_.wait_read, [this](const boost::system::error_code& problem) {
    if (!problem && !reap()) look_again();
  });
}

void Child::look_again() {
  timer_.expires_after(std::chrono::milliseconds(20));
  timer_.async_wait([this](const boost::system::error_code& problem) {
    if (!problem && !reap()) look_again();
  });
}

/// Returns true if the program has ended.
bool Child::reap() {
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_) return false;
  ended_(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
  return true;
}

}  // namespace hubcache::local_hub
