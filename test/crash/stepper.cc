// Runs a command up to its N-th system call, and then does one of three things. It kills the command with SIGKILL, so
// that the call is not made: the disk is then in the same state as right after the previous call. Or it runs a script,
// or makes the call fail, and lets the command continue. N counts from 1, from the first call that changes the disk.
//
//   stepper changes|all N COMMAND…       kills; counts the calls that change the disk, or all calls
//   stepper meanwhile changes|all N SCRIPT COMMAND…   runs SCRIPT with /bin/sh
//   stepper fail N ERROR COMMAND…        skips the call and returns this error; ERROR 0: the call writes half of its
//                                        bytes. Counts the calls that change the disk and those that read files
//   stepper calls COMMAND…               lists the names of the calls that `fail` counts
//   stepper run COMMAND…                 runs the command under the same conditions
//
// With OLD_RENAMES=1 in the environment, renameat2 supports no flags, as on NFS and on older file systems.
//
// The stepper follows threads and children. The command's output goes to stderr. stdout gets one line of JSON:
// {"reached": …, "counted": …, "code": …, "call": …, "path": …}; `calls` adds the member "calls".
//
// fsync returns success without a sync, which makes a run many times faster: the kernel keeps what a killed process has
// written, synced or not. With REAL_SYNC=1 in the environment, fsync syncs.
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calls.h"
#include "registers.h"

namespace {

using namespace stepper;

/// Returns the text at an address of another process, for the report.
std::string text_at(pid_t process, std::uint64_t address) {
  char text[512] = {};
  iovec mine{text, sizeof text - 1}, theirs{reinterpret_cast<void*>(address), sizeof text - 1};
  const ssize_t size = process_vm_readv(process, &mine, 1, &theirs, 1, 0);
  if (size > 0) return text;
  theirs.iov_len = mine.iov_len = 1;  // the text may end just before a page that is not mapped
  std::string read;
  for (char c = 0; read.size() < sizeof text; read += c, theirs.iov_base = reinterpret_cast<void*>(++address)) {
    mine.iov_base = &c;
    if (process_vm_readv(process, &mine, 1, &theirs, 1, 0) != 1 || c == '\0') break;
  }
  return read;
}

std::string as_json(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  }
  return quoted + '"';
}

void set_conditions() {
  const unsigned renames = std::getenv("OLD_RENAMES") ? SYS_renameat2 : ~0u;
  const bool syncs = std::getenv("REAL_SYNC") != nullptr;
  const unsigned sync = syncs ? ~0u : SYS_fsync, data_sync = syncs ? ~0u : SYS_fdatasync;
  sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, sync, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, data_sync, 3, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, renames, 0, 4),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[4])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO),  // errno 0: done
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{sizeof steps / sizeof *steps, steps};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) die("prctl");
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) die("seccomp");
}

[[noreturn]] void become(char** command) {
  set_conditions();
  execvp(command[0], command);
  die(command[0]);
}

pid_t start_traced(char** command) {
  const pid_t child = fork();
  if (child < 0) die("fork");
  if (child > 0) return child;
  dup2(STDERR_FILENO, STDOUT_FILENO);
  if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) die("ptrace");
  raise(SIGSTOP);
  become(command);
}

enum class Counted { changes, all, files };
enum class Action { kill, script, fail, list };

struct Task {
  Counted counted = Counted::changes;
  Action action = Action::kill;
  long wanted = 0;
  const char* script = nullptr;
  int error = 0;
  char** command = nullptr;
};

class Stepper {
 public:
  explicit Stepper(const Task& task) : task_(task), child_(start_traced(task.command)) {}

  /// Runs until the command has ended, by itself or by a signal.
  void run() {
    int status = 0;
    if (waitpid(child_, &status, 0) != child_ || !WIFSTOPPED(status)) die("waitpid");
    constexpr long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK |
                             PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
    if (ptrace(PTRACE_SETOPTIONS, child_, nullptr, options) != 0) die("ptrace");
    go_on(child_, 0);
    for (pid_t process; (process = waitpid(-1, &status, __WALL)) > 0;) {
      if (WIFSTOPPED(status)) stopped(process, status);
      else if (process == child_) code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
  }

  void report() const {
    std::printf("{\"reached\": %s, \"counted\": %ld, \"code\": %d, \"call\": %s, \"path\": %s",
                reached_ ? "true" : "false", counted_, code_, as_json(call_).c_str(), as_json(path_).c_str());
    if (task_.action == Action::list) {
      std::printf(", \"calls\": [");
      for (std::size_t i = 0; i < names_.size(); ++i)
        std::printf("%s%s", i == 0 ? "" : ", ", as_json(names_[i]).c_str());
      std::printf("]");
    }
    std::printf("}\n");
  }

 private:
  /// Lets the command run at full speed after the wanted call.
  void go_on(pid_t process, int signal) const {
    const bool done = reached_ && failing_ == 0;
    ptrace(done ? PTRACE_CONT : PTRACE_SYSCALL, process, nullptr, static_cast<long>(signal));
  }

  void stopped(pid_t process, int status) {
    const int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
      if (!reached_) look_at_call(process);
      else if (process == failing_) finish_failure();
      go_on(process, 0);
    } else {
      const bool is_event = status >> 16 != 0 || signal == SIGSTOP;  // a new thread begins with a SIGSTOP
      go_on(process, is_event ? 0 : signal);
    }
  }

  void look_at_call(pid_t process) {
    __ptrace_syscall_info info;
    if (ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof info, &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY)
      return;
    Call call{info.entry.nr, {}};
    std::memcpy(call.arguments, info.entry.args, sizeof call.arguments);
    const auto change = change_of(process, call);
    const std::optional<std::string> name =
        change ? std::optional<std::string>(change->name) : other_name(process, call);
    if (!name) return;
    if (task_.action == Action::list) names_.push_back(*name);
    if (++counted_ != task_.wanted) return;
    call_ = *name;
    if (change && change->path >= 0) path_ = text_at(process, call.arguments[change->path]);
    reached_ = true;
    act(process, call);
  }

  /// Returns the name of a call that changes nothing; nullopt if the mode does not count it.
  std::optional<std::string> other_name(pid_t process, const Call& call) const {
    if (counted_ == 0 || task_.counted == Counted::changes) return std::nullopt;
    if (task_.counted == Counted::all) return "call " + std::to_string(call.number);
    return read_of(process, call);
  }

  void act(pid_t process, const Call& call) {
    switch (task_.action) {
      case Action::kill:
        if (kill(child_, SIGKILL) != 0) die("kill");
        break;
      case Action::script: run_script(); break;
      case Action::fail: fail(process, call); break;
      case Action::list: break;
    }
  }

  void fail(pid_t process, const Call& call) {
    Registers registers(process);
    if (task_.error != 0) {
      registers.skip_call();
      failing_ = process;
    } else if (const int size = size_argument(call.number); size >= 0 && call.arguments[size] > 1) {
      registers.set_argument(size, call.arguments[size] / 2);
    }
  }

  void finish_failure() {
    Registers(failing_).set_result(-task_.error);
    failing_ = 0;
  }

  void run_script() const {
    const pid_t shell = fork();
    if (shell < 0) die("fork");
    if (shell == 0) {
      dup2(STDERR_FILENO, STDOUT_FILENO);
      execl("/bin/sh", "sh", "-euc", task_.script, nullptr);
      die("/bin/sh");
    }
    int status = 0;
    if (waitpid(shell, &status, 0) != shell || status != 0) die(task_.script);
  }

  Task task_;
  pid_t child_;
  long counted_ = 0;
  bool reached_ = false;
  pid_t failing_ = 0;  // the process that is between entry and exit of the failing call
  int code_ = 0;
  std::string call_, path_;
  std::vector<std::string> names_;
};

std::optional<Counted> counted_from(std::string_view word) {
  if (word == "all") return Counted::all;
  if (word == "changes") return Counted::changes;
  return std::nullopt;
}

std::optional<Task> task_from(int count, char** words) {
  const std::string_view mode = count > 2 ? words[1] : "";
  if (mode == "calls") return Task{.counted = Counted::files, .action = Action::list, .command = words + 2};
  if (mode == "fail" && count > 4)
    return Task{.counted = Counted::files,
                .action = Action::fail,
                .wanted = std::atol(words[2]),
                .error = std::atoi(words[3]),
                .command = words + 4};
  if (mode == "meanwhile" && count > 5 && counted_from(words[2]))
    return Task{.counted = *counted_from(words[2]),
                .action = Action::script,
                .wanted = std::atol(words[3]),
                .script = words[4],
                .command = words + 5};
  if (counted_from(mode) && count > 3)
    return Task{.counted = *counted_from(mode), .wanted = std::atol(words[2]), .command = words + 3};
  return std::nullopt;
}

}  // namespace

int main(int count, char** words) {
  if (count > 2 && std::string_view(words[1]) == "run") become(words + 2);
  const auto task = task_from(count, words);
  if (!task) {
    std::fputs(
        "usage: stepper changes|all N COMMAND...\n       stepper meanwhile changes|all N SCRIPT COMMAND...\n"
        "       stepper fail N ERROR COMMAND...\n       stepper calls COMMAND...\n       stepper run COMMAND...\n",
        stderr);
    return 2;
  }
  Stepper stepper(*task);
  stepper.run();
  stepper.report();
}
