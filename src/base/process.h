// Runs another program and reads its output.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <hubcache/result.h>

namespace hubcache {

struct ProcessLimits {
  int seconds;        ///< the program is killed after this time
  std::size_t bytes;  ///< limit for its output; more is an Error
};

/// Runs the program and returns what it prints to stdout. Its stdin is empty, its stderr is discarded. `words`: the
/// program's path, or its name if this process's PATH leads to it, and its arguments; no shell is used. An Error if the
/// program cannot be started, ends with an exit code other than 0, or exceeds a limit.
Result<std::string> output_of(const std::vector<std::string>& words, const ProcessLimits& limits);

/// Returns pointers to the words and a final null pointer, as exec(3) requires. `words` must outlive the result.
std::vector<char*> pointers_to(std::vector<std::string>& words);

}  // namespace hubcache
