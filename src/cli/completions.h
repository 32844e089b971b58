// Computes what a shell can suggest for a command line.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace hubcache::cli {

struct Completion {
  std::string word;
  std::string help;  ///< one line; "" if there is nothing to say
};

/// The names that the shell itself completes, besides the words.
enum class ShellNames { none, files, folders, commands };

struct Completions {
  std::vector<Completion> words;
  ShellNames names = ShellNames::none;
};

/// The words that the command line itself does not know.
struct KnownWords {
  std::vector<std::string> targets;
  std::vector<std::string> repo_ids;  ///< of the adopted repos
};

/// Returns the completions of the last word. `words`: the words after "hubcache" up to the cursor; the last one may be
/// empty. The completions begin with the last word, and so contain "--name=" if it does.
Completions completions(const CLI::App& app, const KnownWords& known, std::span<const std::string> words);

/// Returns the completions as the scripts of `hubcache completion` read them: in each line a word, a tab and its help.
/// The last line is ":none", ":files", ":folders" or ":commands".
std::string completion_lines(const Completions& found);

/// True if completions() knows what the value of the option or positional is: "--target", "DIR".
bool has_completion_rule(std::string_view name);

}  // namespace hubcache::cli
