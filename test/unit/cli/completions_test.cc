#include <doctest/doctest.h>

#include "cli/application.h"
#include "cli/completions.h"

namespace hubcache::cli {
namespace {

using Words = std::vector<std::string>;

const KnownWords known{.targets = {"aistudio", "hf-dir"}, .repo_ids = {"a/b", "hf:a/b", "hf:a/c"}};

Completions completed(const Words& words) {
  const Application application;
  return completions(application.app(), known, words);
}

Words suggested(const Words& words) {
  Words found;
  for (const Completion& one : completed(words).words) found.push_back(one.word);
  return found;
}

void check_values(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_items_expected_max() == 0) continue;
    const std::string name = option->get_positional() ? option->get_name(true) : "--" + option->get_lnames().front();
    CHECK_MESSAGE(has_completion_rule(name), app.get_name() << " " << name);
  }
  for (const CLI::App* subcommand : subcommands_of(app)) check_values(*subcommand);
}

TEST_CASE("every option with a value, and every positional, has a rule") {
  const Application application;
  check_values(application.app());
  CHECK_FALSE(has_completion_rule("--no-such"));
}

TEST_CASE("the last word is completed by its place in the line") {
  CHECK(suggested({"re"}) == Words{"refresh", "release", "restore"});
  CHECK(suggested({"cache", ""}) == Words{"stats", "clear"});
  CHECK(suggested({"--v"}) == Words{"--version"});
  CHECK(suggested({"release", ""}) == Words{"a/b", "hf:a/b", "hf:a/c"});
  CHECK(suggested({"release", "a/b", ""}).empty());
  CHECK(suggested({"refresh", "--target", "h"}) == Words{"hf-dir"});
  CHECK(suggested({"refresh", "--target=h"}) == Words{"--target=hf-dir"});
  CHECK(suggested({"refresh", "--target", "hf-dir", "hf"}) == Words{"hf:a/b", "hf:a/c"});
  CHECK(suggested({"refresh", "--json", "a"}) == Words{"a/b"});
  CHECK(suggested({"verify", "--fail-on", "e"}) == Words{"edited", "extra"});
  CHECK(suggested({"verify", "--fail-on", "edited,m"}) == Words{"edited,missing"});
  CHECK(suggested({"verify", "--fail-on=edited,m"}) == Words{"--fail-on=edited,missing"});
  CHECK(suggested({"no-such", ""}).empty());
  CHECK(suggested({}).empty());
}

TEST_CASE("the shell completes the names of files, folders and programs") {
  CHECK(completed({"adopt", "a/b", ""}).names == ShellNames::folders);
  CHECK(completed({"adopt", "--place=m"}).names == ShellNames::folders);
  CHECK(completed({"hash", "x", ""}).names == ShellNames::files);
  CHECK(completed({"run", "--", "p"}).names == ShellNames::commands);
  CHECK(completed({"run", "--", "python", "t"}).names == ShellNames::files);
  CHECK(completed({"adopt", ""}).names == ShellNames::none);
  CHECK(completed({"run", "--", "--of"}).words.empty());  // an argument of the program
}

TEST_CASE("a command that takes several ids gets each once, and ids of one hub") {
  CHECK(suggested({"refresh", "hf:a/b", ""}) == Words{"hf:a/c"});
  CHECK(suggested({"refresh", "a/b", ""}).empty());
  CHECK(suggested({"refresh", "x/y", ""}) == Words{"a/b"});
}

TEST_CASE("after the program of run, all words are the program's") {
  for (const Words& words : {Words{"run", "python3", "x", "--off"}, Words{"run", "python3", "--q"},
                             Words{"run", "--quiet", "python3", "--upstream", "-"}}) {
    CHECK(completed(words).words.empty());
    CHECK(completed(words).names == ShellNames::files);
  }
  CHECK(suggested({"run", "--off"}) == Words{"--offline"});
}

TEST_CASE("no command follows two dashes") {
  CHECK(suggested({"--", "sta"}).empty());
  CHECK(suggested({"cache", "--", "st"}).empty());
}

TEST_CASE("a word that a terminal or a script would take for something else is left out") {
  const KnownWords hostile{.targets = {"a\n:files", "a\tb", "a\x1b[2J", "aistudio"}, .repo_ids = {}};
  const Application application;
  const Words words = {"status", "--target", ""};
  const Completions found = completions(application.app(), hostile, words);
  CHECK(completion_lines(found) == "aistudio\t\n:none\n");
}

TEST_CASE("help is one line up to the first semicolon") {
  const Completions found = completed({"adopt", "--pla"});
  REQUIRE(found.words.size() == 1);
  CHECK(found.words[0].help == "folder that your program passes to its client (local_dir)");
  CHECK(completion_lines(found) == "--place\t" + found.words[0].help + "\n:none\n");
}

}  // namespace
}  // namespace hubcache::cli
