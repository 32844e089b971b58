// Another program's answer.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <hubcache/result.h>

namespace hubcache {

struct ProcessLimits {
  int seconds;        ///< then it is killed
  std::size_t bytes;  ///< of its output; more is an Error
};

/// What the program prints to stdout; its stdin is empty, its stderr unread. `words` are its path and its arguments: no
/// shell is asked. An Error where it cannot be started, ends with anything but 0, or breaks a limit.
Result<std::string> output_of(const std::vector<std::string>& words, const ProcessLimits& limits);

/// The words, which have to outlive it, and a null pointer, as exec(3) wants them: writable.
std::vector<char*> pointers_to(std::vector<std::string>& words);

}  // namespace hubcache
