#include "cli/last_words.h"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <string_view>

#include <unistd.h>

#include "base/language.h"
#include "cli/command.h"

namespace hubcache::cli {
namespace {

std::span<char*> command_line;

/// Returns why std::terminate was called. Without an exception: there was no memory for the exception itself
/// (libstdc++ 12, __cxa_allocate_exception).
const char* reason() {
  if (!std::current_exception()) return marked("out of memory");
  try {
    throw;
  } catch (const std::bad_alloc&) {
    return marked("out of memory");
  } catch (...) {
    return marked("an exception in a place that expects none");
  }
}

/// Without this handler the C++ library aborts, which says nothing about memory, and with libc++ nothing at all.
[[noreturn]] void end() {
  const int code = last_words(reason());
  std::fflush(stdout);
  _exit(code);
}

/// Runs before the constructors of global objects, which need memory, too.
[[gnu::constructor(101)]] void set_end() { std::set_terminate(end); }

}  // namespace

void set_command_line(int count, char** words) { command_line = {words, static_cast<std::size_t>(count)}; }

int last_words(const char* problem) {
  // say() would need memory, which there may not be
  for (const std::string_view text :
       {translated("error: unexpected failure: "), translated(problem), std::string_view("\n"),
        translated("hint: run the command again: it completes the interrupted work\n")})
    std::fwrite(text.data(), 1, text.size(), stderr);
  if (std::ranges::any_of(command_line, [](const char* word) { return std::string_view(word) == "--json"; })) {
    std::fputs(
        "{\"schema\": 1, \"error\": {\"code\": 1, \"message\": \"unexpected failure\", "
        "\"hint\": \"run the command again: it completes the interrupted work\", "
        "\"unanswered\": false, \"refused\": false, \"errno\": null}}\n",
        stdout);
  }
  const bool is_run = command_line.size() > 1 && std::string_view(command_line[1]) == "run";
  return is_run ? own_failure : static_cast<int>(ErrorCode::failed);
}

}  // namespace hubcache::cli
