// The words of CLI11, the parser of the command line, in the user's language.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace hubcache::cli {

/// Translates the words with which CLI11 prints the help of `app` and of its future subcommands.
void translate_words(CLI::App& app);

/// Returns the translation of the text of a CLI::ParseError, or the text itself.
std::string parser_message(const std::string& english);

}  // namespace hubcache::cli
