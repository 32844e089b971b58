// Errors of system calls, in words for the user.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace hubcache::fs {

/// Returns "cannot <what>: No space left on device" with the next step for `number` (an errno value).
Error system_error(int number, std::string_view what);

/// Returns the system's text for an errno value.
std::string reason(int number);

/// Returns true if the file system or the kernel does not know the operation or its flags.
bool is_unsupported(int number);

/// Returns true if the system refused a symlink, hard link or reflink: another kind of link, or a copy, may still work.
bool is_link_refused(int number);

}  // namespace hubcache::fs
