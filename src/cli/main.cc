// Parses the command line, finds the subcommand and runs it.
#include <algorithm>
#include <exception>
#include <new>
#include <span>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <hubcache/version.h>

#include "base/descriptors.h"
#include "base/suggest.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/examples.h"
#include "cli/last_words.h"
#include "cli/log.h"
#include "cli/tell.h"

namespace {

using namespace hubcache;
using namespace hubcache::cli;

/// Protects a word in brackets, "[0,1]": CLI11 (2.1, Option::_add_result) takes it for a list and splits it if an
/// option takes several words. No word of a command line contains a NUL, so a NUL at the end of the word can mark it.
std::string guarded(std::string word) {
  if (word.ends_with(']')) word += '\0';
  return word;
}

std::string unguarded(std::string word) {
  std::erase(word, '\0');
  return word;
}

/// Removes the NULs again, in every option, before any other check of its words.
void take_words_as_they_are(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) option->transform(unguarded);
  for (CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; }))
    take_words_as_they_are(*subcommand);
}

constexpr std::string_view overview =
    "hubcache: load a local, edited model under its hub id\n"
    "\n"
    "  hubcache adopt ctbots/first-paddle-model ./my-model   make clients load ./my-model as that repo\n"
    "  hubcache status                                       show adopted repos and what the next run will do\n"
    "  hubcache run --offline -- python train.py             run a program with a local hub\n"
    "\n"
    "hubcache --help lists all commands.\n";

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(subcommand->get_name());
  return names;
}

/// Returns a word of the command line for a message: shortened, and without the value of an option, which may be a
/// secret.
std::string shown(const std::string& word) {
  constexpr std::size_t longest = 100;  // bytes
  std::string text = unguarded(word);
  if (text.starts_with('-')) text.resize(std::min(text.size(), text.find('=')));
  const bool is_long = text.size() > longest;
  if (is_long) text.resize(longest);
  return printable(text) + (is_long ? "…" : "");
}

/// Returns an Error for a first word that is not a command of `app`. `prefix`: the words that lead to `app`. Returns
/// nullopt for a command, for an option, and for an app without commands.
std::optional<Error> unknown_command(const CLI::App& app, const std::string& prefix,
                                     std::span<const std::string> words) {
  const auto names = commands_of(app);
  if (names.empty() || words.empty() || words.front().starts_with('-')) return std::nullopt;
  const auto known = std::ranges::find(names, words.front());
  if (known != names.end())
    return unknown_command(*app.get_subcommand(*known), prefix + *known + " ", words.subspan(1));
  const auto nearest = nearest_name(words.front(), names);
  return Error{ErrorCode::usage, "unknown command: '" + prefix + shown(words.front()) + "'",
               nearest ? "did you mean: hubcache " + prefix + *nearest
                       : fmt::format("use one of the commands {}", fmt::join(names, ", "))};
}

/// Returns the Error for words that the command does not expect.
Error unexpected(const CLI::App& command, const std::string& name) {
  std::vector<std::string> options, extras;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& one : option->get_lnames()) options.push_back("--" + one);
  }
  for (const std::string& word : command.remaining(true)) {
    if (word != "--") extras.push_back(shown(word));
  }
  const bool is_option = !extras.empty() && extras.front().starts_with("--");
  const auto nearest =
      is_option ? nearest_name(extras.front().substr(0, extras.front().find('=')), options) : std::nullopt;
  return {ErrorCode::usage,
          fmt::format("{}: {}", is_option ? "unknown option" : "unexpected argument", fmt::join(extras, " ")),
          nearest ? "did you mean " + *nearest + "?" : "run " + name + " --help"};
}

/// Prints a parse error, or the text of --help and --version, which CLI11 reports as parse errors too. Returns the exit
/// code.
int parse_failure(const CLI::App& app, const CLI::ParseError& problem, const std::vector<std::string>& words) {
  if (problem.get_exit_code() == 0) {
    std::ostringstream text;
    app.exit(problem, text);
    print(text.str());
    return 0;
  }
  std::string command = "hubcache";
  const CLI::App* chosen = &app;
  for (const CLI::App* subcommand : app.get_subcommands()) {
    command += " " + subcommand->get_name();
    chosen = subcommand;
  }
  const bool as_json = std::ranges::find(words, "--json") != words.end();
  Error error = problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError)
                    ? unexpected(*chosen, command)
                    : Error{ErrorCode::usage, printable(unguarded(problem.what())), "run " + command + " --help"};
  if (const auto unknown = unknown_command(app, "", words)) error = *unknown;
  const int code = fail(Environment::capture(), error, as_json);
  return command == "hubcache run" ? own_failure : code;
}

/// Sets the footer of the command's help. The text is created only when the help is printed.
void put_footer(CLI::App& command) {
  const std::string remarks = command.get_footer();
  command.footer("");  // CLI11 prints this text after the result of the function, which contains the remarks
  command.footer([name = command.get_name(), remarks] { return help_footer(name, remarks); });
}

int run(int count, char** words) {
  reserve_standard_descriptors();
  CLI::App app("hubcache: load a local, edited model under its hub id", "hubcache");
  app.set_version_flag("--version", "hubcache " + std::string(version()));
  app.require_subcommand(1);
  std::vector<std::unique_ptr<Command>> commands;
  for (const auto make :
       {adopt_command, refresh_command, release_command, restore_command, status_command, verify_command,
        targets_command, run_command, serve_command, env_command, hash_command, cache_command}) {
    commands.push_back(make());
    commands.back()->add_to(app);
  }
  for (CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; })) put_footer(*subcommand);
  app.footer(exit_codes);  // set after the subcommands, which would inherit it
  take_words_as_they_are(app);
  if (count < 2) {
    print(overview);
    return finish(0);
  }
  std::vector<std::string> arguments(words + 1, words + count);
  std::ranges::transform(arguments, arguments.begin(), guarded);
  std::ranges::reverse(arguments);  // CLI11 expects the words in reverse order
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& problem) {
    return finish(parse_failure(app, problem, {words + 1, words + count}));
  }
  const Environment environment = Environment::capture();
  log_to_stderr(environment);
  // The subcommands are in the order of `commands`.
  const auto subcommands = app.get_subcommands([](const CLI::App*) { return true; });
  const auto chosen =
      std::ranges::find_if(subcommands, [](const CLI::App* subcommand) { return subcommand->parsed(); });
  return finish(commands[static_cast<std::size_t>(chosen - subcommands.begin())]->run(environment));
}

}  // namespace

int main(int count, char** words) {
  set_command_line(count, words);
  try {
    return run(count, words);
  } catch (const std::bad_alloc&) {
    return last_words("out of memory");
  } catch (const std::exception& problem) {  // the library returns its errors, so these are defects
    return last_words(problem.what());
  }
}
