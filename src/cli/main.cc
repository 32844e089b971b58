// The command line: finds the subcommand and runs it.
#include <algorithm>
#include <cstdio>
#include <exception>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/version.h>

#include "base/descriptors.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/log.h"
#include "cli/tell.h"

namespace {

using namespace hubcache;
using namespace hubcache::cli;

/// CLI11 (2.1, Option::_add_result) takes a word in brackets, "[0,1]", for a list and splits it wherever an option
/// takes several words. No word of a command line contains a NUL: with one at its end it is not in brackets.
std::string guarded(std::string word) {
  if (word.ends_with(']')) word += '\0';
  return word;
}

std::string unguarded(std::string word) {
  std::erase(word, '\0');
  return word;
}

/// In every option, before what else looks at its words.
void take_words_as_they_are(CLI::App& app) {
  for (CLI::Option* option : app.get_options()) option->transform(unguarded);
  for (CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; }))
    take_words_as_they_are(*subcommand);
}

/// --help and --version come this way too.
int parse_failure(const CLI::App& app, const CLI::ParseError& problem, const std::vector<std::string>& words) {
  if (problem.get_exit_code() == 0) {
    std::ostringstream text;
    app.exit(problem, text);
    print(text.str());
    return 0;
  }
  std::string command = "hubcache";
  for (const CLI::App* subcommand : app.get_subcommands()) command += " " + subcommand->get_name();
  const bool as_json = std::ranges::find(words, "--json") != words.end();
  const int code =
      fail(Environment::capture(),
           {ErrorCode::usage, printable(unguarded(problem.what())), "see " + command + " --help"}, as_json);
  return command == "hubcache run" ? own_failure : code;
}

int run(int count, char** words) {
  reserve_standard_descriptors();
  CLI::App app("hubcache makes model-hub clients take local, edited models as the hub's own.", "hubcache");
  app.set_version_flag("--version", "hubcache " + std::string(version()));
  app.footer(exit_codes);
  app.require_subcommand(1);
  std::vector<std::unique_ptr<Command>> commands;
  for (const auto make :
       {adopt_command, refresh_command, release_command, restore_command, status_command, verify_command,
        targets_command, run_command, serve_command, env_command, hash_command, cache_command}) {
    commands.push_back(make());
    commands.back()->add_to(app);
  }
  take_words_as_they_are(app);
  std::vector<std::string> arguments(words + std::min(count, 1), words + count);
  std::ranges::transform(arguments, arguments.begin(), guarded);
  std::ranges::reverse(arguments);  // as CLI11 takes them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& problem) {
    return finish(parse_failure(app, problem, {words + std::min(count, 1), words + count}));
  }
  const Environment environment = Environment::capture();
  log_to_stderr(environment);
  // In the order in which they were added.
  const auto subcommands = app.get_subcommands([](const CLI::App*) { return true; });
  const auto chosen =
      std::ranges::find_if(subcommands, [](const CLI::App* subcommand) { return subcommand->parsed(); });
  return finish(commands[static_cast<std::size_t>(chosen - subcommands.begin())]->run(environment));
}

}  // namespace

int main(int count, char** words) {
  try {
    return run(count, words);
  } catch (const std::exception& problem) {
    // Memory above all: what the library can foresee it returns. No words are put together here.
    std::fprintf(stderr, "hubcache: cut off: %s\n  run it again: it completes what it has begun\n", problem.what());
    const bool as_json =
        std::any_of(words, words + count, [](const char* word) { return std::string_view(word) == "--json"; });
    if (as_json)
      std::fputs(
          "{\"schema\": 1, \"error\": {\"code\": 1, \"message\": \"cut off\", "
          "\"hint\": \"run it again: it completes what it has begun\", "
          "\"unanswered\": false, \"refused\": false, \"errno\": null}}\n",
          stdout);
    const bool is_run = count > 1 && std::string_view(words[1]) == "run";
    return is_run ? own_failure : static_cast<int>(ErrorCode::failed);
  }
}
