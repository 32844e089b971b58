// Changes a system call of a traced process, at its entry and at its exit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <elf.h>
#include <sys/ptrace.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/user.h>

namespace stepper {

[[noreturn]] inline void die(const char* what) {
  std::perror(what);
  std::exit(125);
}

class Registers {
 public:
  explicit Registers(pid_t process) : process_(process) { move(PTRACE_GETREGSET); }

  /// At the entry: skips the call.
  void skip_call() {
#if defined(__x86_64__)
    registers_.orig_rax = static_cast<std::uint64_t>(-1);
    move(PTRACE_SETREGSET);
#elif defined(__aarch64__)
    int none = -1;
    iovec data{&none, sizeof none};
    if (ptrace(PTRACE_SETREGSET, process_, NT_ARM_SYSTEM_CALL, &data) != 0) die("ptrace");
#endif
  }

  /// At the entry: changes an argument of the call.
  void set_argument(int index, std::uint64_t value) {
#if defined(__x86_64__)
    switch (index) {
      case 2: registers_.rdx = value; break;
      case 3: registers_.r10 = value; break;
      case 4: registers_.r8 = value; break;
      default: std::abort();
    }
#elif defined(__aarch64__)
    registers_.regs[index] = value;
#endif
    move(PTRACE_SETREGSET);
  }

  /// At the exit: changes the return value of the call.
  void set_result(std::int64_t value) {
#if defined(__x86_64__)
    registers_.rax = static_cast<std::uint64_t>(value);
#elif defined(__aarch64__)
    registers_.regs[0] = static_cast<std::uint64_t>(value);
#else
#error "the stepper knows the registers of x86-64 and aarch64"
#endif
    move(PTRACE_SETREGSET);
  }

 private:
  void move(__ptrace_request request) {
    iovec data{&registers_, sizeof registers_};
    if (ptrace(request, process_, NT_PRSTATUS, &data) != 0) die("ptrace");
  }

  pid_t process_;
  user_regs_struct registers_{};
};

}  // namespace stepper
