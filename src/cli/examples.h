// Writes the end of each command's help: examples and exit codes.
#pragma once

#include <string>
#include <string_view>

namespace hubcache::cli {

/// Returns the paragraphs that follow the options in `hubcache COMMAND --help`, after the command's own `remarks`;
/// without the last line end.
std::string help_footer(std::string_view command, const std::string& remarks);

extern const char* const exit_codes;  ///< paragraph on the exit codes of all commands except run

}  // namespace hubcache::cli
