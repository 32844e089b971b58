// A program in one line that users can copy.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/repo.h>

namespace hubcache::hub {

/// Returns a program in Python that calls `function` of `module` for a repo, and prints the folder that it returns.
/// `first`: the name of the argument for the id, with '='; "" if it is the function's first one. `more`: further
/// arguments, after a comma.
std::string download_program(std::string_view module, std::string_view function, std::string_view first,
                             const RepoId& id, std::string_view revision, std::string_view more = "");

}  // namespace hubcache::hub
