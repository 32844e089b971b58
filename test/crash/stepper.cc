// Runs a command up to its N-th system call. There it ends it with SIGKILL, so that the call is not made: what the
// command has on the disk then is also what is there right after the call before. Or it lets something else happen
// there, and then the command goes on. N counts from 1, and from the first call that changes something on the disk.
//
//   stepper changes|all N COMMAND…       kills; counts the calls that change something, or every one
//   stepper meanwhile changes|all N SCRIPT COMMAND…  SCRIPT is /bin/sh's
//   stepper run COMMAND…                 just runs it, under the same conditions
//
// With OLD_RENAMES=1 in the environment renameat2 knows no flags, as on NFS and on older file systems.
//
// Threads and children are followed. The command's output goes to stderr; stdout gets one line of JSON:
// {"reached": …, "counted": …, "code": …, "call": …, "path": …}.
//
// fsync is answered without being done, which makes a run many times quicker: what a killed process has written is in
// the kernel's hands, synced or not.
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/fs.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

[[noreturn]] void die(const char* what) {
  std::perror(what);
  std::exit(125);
}

struct Call {
  std::uint64_t number = 0;
  std::uint64_t arguments[6] = {};
};

/// How the change is named, and which argument is the path: -1 for none.
struct Change {
  const char* name;
  int path;
};

bool writes(std::uint64_t flags) { return (flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC)) != 0; }

/// Output for people and what goes through pipes and sockets is no change.
bool is_on_disk(pid_t process, std::uint64_t descriptor) {
  char target[16] = {};
  const std::string name = "/proc/" + std::to_string(process) + "/fd/" + std::to_string(descriptor);
  return readlink(name.c_str(), target, sizeof target - 1) > 0 && target[0] == '/' &&
         std::strncmp(target, "/dev/", 5) != 0;
}

std::optional<Change> change_of(pid_t process, const Call& call) {
  const std::uint64_t* arguments = call.arguments;
  const auto if_on_disk = [&](const char* name) {
    return is_on_disk(process, arguments[0]) ? std::optional(Change{name, -1}) : std::nullopt;
  };
  switch (call.number) {
#ifdef SYS_open
    case SYS_open: return writes(arguments[1]) ? std::optional(Change{"open", 0}) : std::nullopt;
    case SYS_creat: return Change{"creat", 0};
    case SYS_rename: return Change{"rename", 0};
    case SYS_link: return Change{"link", 0};
    case SYS_symlink: return Change{"symlink", 1};
    case SYS_unlink: return Change{"unlink", 0};
    case SYS_mkdir: return Change{"mkdir", 0};
    case SYS_rmdir: return Change{"rmdir", 0};
    case SYS_chmod: return Change{"chmod", 0};
#endif
#ifdef SYS_renameat
    case SYS_renameat: return Change{"renameat", 1};
#endif
    case SYS_openat: return writes(arguments[2]) ? std::optional(Change{"openat", 1}) : std::nullopt;
    case SYS_renameat2: return Change{"renameat2", 1};
    case SYS_linkat: return Change{"linkat", 1};
    case SYS_symlinkat: return Change{"symlinkat", 2};
    case SYS_unlinkat: return Change{"unlinkat", 1};
    case SYS_mkdirat: return Change{"mkdirat", 1};
    case SYS_fchmodat: return Change{"fchmodat", 1};
    case SYS_utimensat: return Change{"utimensat", 1};
    case SYS_truncate: return Change{"truncate", 0};
    case SYS_flock: return Change{"flock", -1};
    case SYS_fchmod: return Change{"fchmod", -1};
    case SYS_ftruncate: return Change{"ftruncate", -1};
    case SYS_fallocate: return Change{"fallocate", -1};
    case SYS_fsync: return Change{"fsync", -1};
    case SYS_fdatasync: return Change{"fdatasync", -1};
    case SYS_copy_file_range: return Change{"copy_file_range", -1};
    case SYS_sendfile: return if_on_disk("sendfile");
    case SYS_write: return if_on_disk("write");
    case SYS_writev: return if_on_disk("writev");
    case SYS_pwrite64: return if_on_disk("pwrite64");
    case SYS_ioctl: return arguments[1] == FICLONE ? std::optional(Change{"ioctl FICLONE", -1}) : std::nullopt;
    default: return std::nullopt;
  }
}

/// The text at an address of another process, for the report.
std::string text_at(pid_t process, std::uint64_t address) {
  char text[512] = {};
  iovec mine{text, sizeof text - 1}, theirs{reinterpret_cast<void*>(address), sizeof text - 1};
  const ssize_t size = process_vm_readv(process, &mine, 1, &theirs, 1, 0);
  if (size > 0) return text;
  theirs.iov_len = mine.iov_len = 1;  // the text may end shortly before a page that is not there
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
  sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fsync, 4, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fdatasync, 3, 0),
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

class Stepper {
 public:
  /// `script`: what happens at the call `wanted`, or nullptr, and the command is killed.
  Stepper(pid_t child, bool all, long wanted, const char* script)
      : child_(child), all_(all), wanted_(wanted), script_(script) {}

  /// Until the command has ended, by itself or not.
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
    std::printf("{\"reached\": %s, \"counted\": %ld, \"code\": %d, \"call\": %s, \"path\": %s}\n",
                reached_ ? "true" : "false", counted_, code_, as_json(call_).c_str(), as_json(path_).c_str());
  }

 private:
  static void go_on(pid_t process, int signal) { ptrace(PTRACE_SYSCALL, process, nullptr, static_cast<long>(signal)); }

  void stopped(pid_t process, int status) {
    const int signal = WSTOPSIG(status);
    if (signal == (SIGTRAP | 0x80)) {
      if (!reached_) look_at_call(process);
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
    if (!change && (!all_ || counted_ == 0)) return;
    if (++counted_ != wanted_) return;
    call_ = change ? change->name : "call " + std::to_string(call.number);
    if (change && change->path >= 0) path_ = text_at(process, call.arguments[change->path]);
    reached_ = true;
    if (script_) run_script();
    else if (kill(child_, SIGKILL) != 0) die("kill");
  }

  void run_script() const {
    const pid_t shell = fork();
    if (shell < 0) die("fork");
    if (shell == 0) {
      dup2(STDERR_FILENO, STDOUT_FILENO);
      execl("/bin/sh", "sh", "-euc", script_, nullptr);
      die("/bin/sh");
    }
    int status = 0;
    if (waitpid(shell, &status, 0) != shell || status != 0) die(script_);
  }

  pid_t child_;
  bool all_;
  long wanted_, counted_ = 0;
  const char* script_;
  bool reached_ = false;
  int code_ = 0;
  std::string call_, path_;
};

}  // namespace

int main(int count, char** words) {
  const std::string_view mode = count > 2 ? words[1] : "";
  if (mode == "run") become(words + 2);
  const bool is_race = mode == "meanwhile";
  const std::string_view counted = is_race ? words[2] : mode;
  if (count < (is_race ? 6 : 4) || (counted != "all" && counted != "changes")) {
    std::fputs(
        "usage: stepper changes|all N COMMAND...\n       stepper meanwhile changes|all N SCRIPT COMMAND...\n"
        "       stepper run COMMAND...\n",
        stderr);
    return 2;
  }
  char** arguments = words + (is_race ? 3 : 2);  // N [SCRIPT] COMMAND...
  char** command = arguments + (is_race ? 2 : 1);
  Stepper stepper(start_traced(command), counted == "all", std::atol(arguments[0]), is_race ? arguments[1] : nullptr);
  stepper.run();
  stepper.report();
}
