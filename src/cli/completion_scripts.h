// The scripts in src/cli/completion, which CMake puts into the command.
#pragma once

#include <string_view>

namespace hubcache::cli {

extern const std::string_view bash_completion;
extern const std::string_view zsh_completion;
extern const std::string_view fish_completion;

}  // namespace hubcache::cli
