// Writes manual pages from the texts of --help.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace hubcache::cli {

/// Returns the name of the page of an app or subcommand, without ".1": "hubcache", "hubcache-adopt".
std::string man_page_name(const CLI::App& command);

/// Returns the page in the man macros of groff and mandoc. `command`: the app or one of its subcommands. The
/// subcommands of a subcommand are sections of its page.
std::string man_page(const CLI::App& command);

}  // namespace hubcache::cli
