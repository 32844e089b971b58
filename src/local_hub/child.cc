#include "local_hub/child.h"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>

#include "base/descriptors.h"
#include "base/language.h"
#include "base/process.h"
#include "fs/descriptor.h"
#include "fs/system_error.h"

namespace hubcache::local_hub {
namespace {

constexpr int cannot_execute = 126, not_found = 127;

sigset_t passed_on_and_child() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH, SIGCHLD})
    sigaddset(&set, signal);
  return set;
}

std::vector<std::string> lines_of(const Environment& environment) {
  std::vector<std::string> lines;
  lines.reserve(environment.variables.size());
  for (const auto& [name, value] : environment.variables) lines.push_back(name + "=" + value);
  return lines;
}

}  // namespace

Signals::Signals(boost::asio::io_context& io) : messages_(io) {
  const sigset_t set = passed_on_and_child();
  pthread_sigmask(SIG_BLOCK, &set, &mask_before_);
  struct sigaction action{};
  action.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &action, &child_before_);
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &pipe_before_);
  getrlimit(RLIMIT_NOFILE, &files_before_);
  const rlimit most{files_before_.rlim_max, files_before_.rlim_max};
  setrlimit(RLIMIT_NOFILE, &most);
  messages_.assign(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

Signals::~Signals() { restore(); }

void Signals::restore() const {
  setrlimit(RLIMIT_NOFILE, &files_before_);
  sigaction(SIGPIPE, &pipe_before_, nullptr);
  sigaction(SIGCHLD, &child_before_, nullptr);
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

void Signals::take(Take take) {
  take_ = std::move(take);
  read();
}

void Signals::let_act() const {
  const sigset_t set = passed_on_and_child();
  pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void Signals::read() {
  messages_.async_read_some(boost::asio::buffer(&message_, sizeof message_),
                            [this](const boost::system::error_code& problem, std::size_t) {
                              if (problem) return;
                              take_(message_);
                              read();
                            });
}

Child::Child(Signals& signals, std::vector<int> inherited, std::function<void(int)> ended)
    : signals_(signals), inherited_(std::move(inherited)), ended_(std::move(ended)) {}

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
  signals_.take([this](const signalfd_siginfo& message) { take(message); });
  return {};
}

/// Ignores signals that the terminal sends: the child is in the same group and gets them too.
void Child::take(const signalfd_siginfo& message) {
  const int signal = static_cast<int>(message.ssi_signo);
  if (signal == SIGCHLD) return reap();
  const bool is_from_terminal = message.ssi_code == SI_KERNEL;
  if (!is_from_terminal) kill(pid_, signal);
}

void Child::reap() {
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) != pid_ || (!WIFEXITED(status) && !WIFSIGNALED(status))) return;
  ended_(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

}  // namespace hubcache::local_hub
