// The end of each command's help: examples and exit codes.
#pragma once

#include <string>
#include <string_view>

namespace hubcache::cli {

/// The paragraphs that follow the options in `hubcache COMMAND --help`, behind `remarks` of the command's own; without
/// the last line end.
std::string help_footer(std::string_view command, const std::string& remarks);

extern const char* const exit_codes;  ///< of all commands but run; a paragraph

}  // namespace hubcache::cli
