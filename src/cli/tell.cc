#include "cli/tell.h"

#include <unistd.h>

#include <cstdio>

namespace hubcache::cli {
namespace {

bool wants_colour(const Environment& environment) {
  return isatty(STDERR_FILENO) && environment.get("NO_COLOR").value_or("").empty() && environment.get("TERM") != "dumb";
}

}  // namespace

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

int fail(const Environment& environment, const Error& error, bool as_json) {
  if (as_json) print(to_json(error));
  const bool colour = wants_colour(environment);
  std::fprintf(stderr, "%shubcache: %s%s\n", colour ? "\033[31m" : "", error.message.c_str(), colour ? "\033[0m" : "");
  if (!error.hint.empty()) std::fprintf(stderr, "  %s\n", error.hint.c_str());
  return static_cast<int>(error.code);
}

}  // namespace hubcache::cli
