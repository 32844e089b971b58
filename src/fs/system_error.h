// What the system refused, in words for the user.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace hubcache::fs {

/// "cannot <what>: No space left on device", with the next step that fits `number` (an errno value).
Error system_error(int number, std::string_view what);

/// The system's words for an errno value.
std::string reason(int number);

/// The file system or the kernel does not know the operation or its flags.
bool is_unsupported(int number);

/// The system has refused a symlink, hard link or reflink: another kind of link, or a copy, may still be possible.
bool is_link_refused(int number);

}  // namespace hubcache::fs
