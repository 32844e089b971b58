#include "cli/tell.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <system_error>

#include "base/language.h"
#include "base/text.h"
#include "cli/terminal.h"

namespace hubcache::cli {
namespace {

/// errno of the first failed write to stdout
int output_error = 0;

}  // namespace

void print(std::string_view data) {
  const bool is_written = std::fwrite(data.data(), 1, data.size(), stdout) == data.size() && std::fflush(stdout) == 0;
  if (!is_written && output_error == 0) output_error = errno;
}

void print_text(std::string_view text) { print(for_terminal(text)); }

void complain(std::string_view line) { std::fprintf(stderr, "%s\n", for_terminal(line).c_str()); }

int finish(int code) {
  if (output_error == 0) return code;
  if (output_error != EPIPE) {
    complain(say("error: cannot write to the standard output: {}", std::generic_category().message(output_error)));
    complain(say("hint: free some space there, or redirect the output"));
  }
  return static_cast<int>(ErrorCode::failed);
}

int fail(const Environment& environment, const Error& error, bool as_json) {
  if (as_json) print(to_json(error));
  const bool colour = wants_colour(environment, STDERR_FILENO);
  const std::string label = say("error:");
  std::fprintf(stderr, "%s%s%s%s%s\n", colour ? "\033[31m" : "", label.c_str(), colour ? "\033[0m" : "",
               gap_after(label).data(), for_terminal(error.message).c_str());
  if (!error.hint.empty()) complain(say("hint: {}", error.hint));
  return static_cast<int>(error.code);
}

}  // namespace hubcache::cli
