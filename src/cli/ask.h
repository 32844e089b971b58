// Asks the user before a command goes on.
#pragma once

#include <string_view>

namespace hubcache::cli {

/// Returns true if a user at a terminal can answer.
bool can_ask();
/// Prints the question to stderr. Returns true if the user answers y or yes.
bool ask(std::string_view question);
/// Like ask(). If nobody can answer, prints the question all the same, because it has a plan, and returns false.
bool confirm(std::string_view question);

}  // namespace hubcache::cli
