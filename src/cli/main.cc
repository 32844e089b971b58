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

#include "adoption/ids.h"
#include "base/descriptors.h"
#include "base/language.h"
#include "base/suggest.h"
#include "base/text.h"
#include "cli/application.h"
#include "cli/choose_language.h"
#include "cli/completions.h"
#include "cli/last_words.h"
#include "cli/log.h"
#include "cli/parser_words.h"
#include "cli/tell.h"
#include "hubs/registry.h"

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

constexpr std::string_view overview = marked(
    "hubcache: load a local, edited model under its hub id\n"
    "\n"
    "  hubcache adopt ctbots/first-paddle-model ./my-model   make clients load ./my-model as that repo\n"
    "  hubcache status                                       show adopted repos and what the next run will do\n"
    "  hubcache run --offline -- python train.py             run a program with a local hub\n"
    "\n"
    "hubcache --help lists all commands.\n");

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* subcommand : subcommands_of(app)) names.push_back(subcommand->get_name());
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
  return Error{ErrorCode::usage, say("unknown command: '{}{}'", prefix, shown(words.front())),
               nearest ? say("did you mean: hubcache {}{}", prefix, *nearest)
                       : say("use one of the commands {}", fmt::join(names, ", "))};
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
          is_option ? say("unknown option: {}", fmt::join(extras, " "))
                    : say("unexpected argument: {}", fmt::join(extras, " ")),
          nearest ? say("did you mean {}?", *nearest) : say("run {}", name + " --help")};
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
  // CLI11 looks for what is missing first; what is unknown says more.
  const bool is_unknown =
      problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::ExtrasError) ||
      (problem.get_exit_code() == static_cast<int>(CLI::ExitCodes::RequiredError) && !chosen->remaining(true).empty());
  Error error = is_unknown ? unexpected(*chosen, command)
                           : Error{ErrorCode::usage, printable(parser_message(unguarded(problem.what()))),
                                   say("run {}", command + " --help")};
  if (const auto unknown = unknown_command(app, "", words)) error = *unknown;
  const int code = fail(Environment::capture(), error, as_json);
  return command == "hubcache run" ? own_failure : code;
}

/// Answers a script of `hubcache completion`. `words`: those of the line after "hubcache".
int answer_completion(const CLI::App& app, std::span<const std::string> words) {
  const Environment environment = Environment::capture();
  KnownWords known{.targets = {}, .repo_ids = adoption::known_ids(environment)};
  for (const hub::Target* target : hubs::targets()) known.targets.emplace_back(target->name);
  print(completion_lines(completions(app, known, words)));
  return 0;
}

int run(int count, char** given) {
  reserve_standard_descriptors();
  const std::vector<std::string> words(given + std::min(count, 1), given + count);
  choose_language(Environment::capture(), words);
  if (words.empty()) {
    print(translated(overview));
    return finish(0);
  }
  Application application;
  CLI::App& app = application.app();
  if (words.size() > 1 && words[0] == "completion" && words[1] == "--words")
    return finish(answer_completion(app, std::span(words).subspan(2)));
  take_words_as_they_are(app);
  std::vector<std::string> arguments = words;
  std::ranges::transform(arguments, arguments.begin(), guarded);
  std::ranges::reverse(arguments);  // CLI11 expects the words in reverse order
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& problem) {
    return finish(parse_failure(app, problem, words));
  }
  const Environment environment = Environment::capture();
  log_to_stderr(environment);
  return finish(application.chosen().run(environment));
}

}  // namespace

int main(int count, char** words) {
  set_command_line(count, words);
  try {
    return run(count, words);
  } catch (const std::bad_alloc&) {
    return last_words(marked("out of memory"));
  } catch (const std::exception& problem) {  // the library returns its errors, so these are defects
    return last_words(problem.what());
  }
}
