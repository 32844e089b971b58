// The messages of the library name options of the command. Callers of the C interface have arguments instead.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace hubcache::c_api {

/// Returns the text with the names of arguments in place of options: "omit --repo-type" becomes "omit repo_type".
/// Leaves commands as they are ("run hubcache refresh --offline"), and options that are no arguments ("--json").
std::string neutral(std::string_view text);

/// Returns the error with a neutral message and hint.
Error neutral(Error error);

}  // namespace hubcache::c_api
