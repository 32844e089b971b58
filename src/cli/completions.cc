#include "cli/completions.h"

#include <algorithm>
#include <iterator>
#include <map>

#include <fmt/format.h>

#include "base/text.h"
#include "cli/application.h"

namespace hubcache::cli {
namespace {

/// `several`: words of the list, separated by commas.
enum class Value { free, files, folders, commands, targets, repo_ids, listed, several };

struct Rule {
  Value value = Value::free;
  std::vector<std::string> listed = {};
};

/// Returns the kinds of the values of all options and positionals, by the name of the option.
const std::map<std::string, Rule, std::less<>>& rules() {
  static const std::map<std::string, Rule, std::less<>> all = {
      {"COMMAND", {Value::commands}},
      {"DIR", {Value::folders}},
      {"PATH", {Value::files}},
      {"REPO_ID", {Value::repo_ids}},
      {"STORE", {Value::folders}},
      {"[DIR] STORE", {Value::folders}},
      {"SHELL", {Value::listed, {"bash", "zsh", "fish"}}},
      {"--access-log", {Value::files}},
      {"--exclude", {Value::files}},
      {"--expect", {}},
      {"--from", {Value::folders}},
      {"--hub", {}},
      {"--listen", {}},
      {"--public-url", {}},
      {"--redirect", {Value::listed, {"auto", "never"}}},
      {"--redirect-via", {}},
      {"--store-public-url", {}},
      {"--token-file", {Value::files}},
      {"--filter", {Value::listed, {"size>", "files>", "used>", "state=", "name="}}},
      {"--fail-on", {Value::several, {"edited", "missing", "extra"}}},
      {"--include", {Value::files}},
      {"--link", {Value::listed, {"auto", "symlink", "hardlink", "reflink", "copy"}}},
      {"--local-dir", {Value::folders}},
      {"--place", {Value::folders}},
      {"--port", {}},
      {"--python", {Value::files}},
      {"--repo-type", {Value::listed, {"model", "dataset"}}},
      {"--revision", {}},
      {"--shell", {Value::listed, {"sh", "fish"}}},
      {"--sort", {Value::listed, {"size", "used", "name"}}},
      {"--take", {Value::listed, {"mine", "hub"}}},
      {"--target", {Value::targets}},
      {"--upstream", {}},
  };
  return all;
}

/// Returns the name of an option for the table, and as completion: "--target", "-v" or "DIR".
std::string name_of(const CLI::Option& option) {
  if (option.get_positional()) return option.get_name(true);
  return option.get_lnames().empty() ? "-" + option.get_snames().front() : "--" + option.get_lnames().front();
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

/// Returns the prefix of an id's hub, with the colon; "" if the id has none.
std::string_view hub_prefix(std::string_view id) { return id.substr(0, id.find(':') + 1); }

/// Returns the first sentence of a help text.
std::string short_help(const std::string& help) { return help.substr(0, std::min(help.find(';'), help.find("；"))); }

class Completer {
 public:
  Completer(const CLI::App& app, const KnownWords& known) : command_(&app), known_(known) {}

  Completions run(std::span<const std::string> words) {
    if (words.empty()) return {};
    for (const std::string& word : words.first(words.size() - 1)) {
      if (!pass(word)) return {};
    }
    if (!is_command_expected_after_dashes()) complete(words.back());
    return std::move(found_);
  }

 private:
  /// Takes a word before the last one. Returns false for a word that is not a subcommand.
  bool pass(const std::string& word) {
    if (awaited_) {
      awaited_ = nullptr;
    } else if (!only_positionals_ && word == "--") {
      only_positionals_ = true;
    } else if (!only_positionals_ && word.size() > 1 && word.starts_with('-')) {
      const CLI::Option* option = command_->get_option_no_throw(word.substr(0, word.find('=')));
      if (option && takes_value(*option) && word.find('=') == word.npos) awaited_ = option;
    } else if (const auto subcommands = subcommands_of(*command_); !subcommands.empty()) {
      const auto chosen =
          std::ranges::find_if(subcommands, [&](const CLI::App* one) { return one->get_name() == word; });
      if (chosen == subcommands.end()) return false;
      command_ = *chosen;
    } else {
      positionals_.push_back(word);
      // As CLI::App::positionals_at_end(): the options after the program are the program's.
      const CLI::Option* positional = next_positional();
      if (positional && name_of(*positional) == "COMMAND") only_positionals_ = true;
    }
    return true;
  }

  /// hubcache takes no subcommand after "--".
  bool is_command_expected_after_dashes() const { return only_positionals_ && !subcommands_of(*command_).empty(); }

  void complete(const std::string& word) {
    const auto equals = word.find('=');
    if (awaited_) return add_values(*awaited_, "", word);
    if (!only_positionals_ && word.starts_with("--") && equals != word.npos) {
      const CLI::Option* option = command_->get_option_no_throw(word.substr(0, equals));
      if (option && takes_value(*option)) add_values(*option, word.substr(0, equals + 1), word);
      return;
    }
    if (!only_positionals_ && word.starts_with('-')) return add_options(word);
    const auto subcommands = subcommands_of(*command_);
    for (const CLI::App* subcommand : subcommands) add(subcommand->get_name(), subcommand->get_description(), word);
    if (const CLI::Option* positional = subcommands.empty() ? next_positional() : nullptr)
      add_values(*positional, "", word);
  }

  /// Returns the positional that the last word is; nullptr if the command takes no more.
  const CLI::Option* next_positional() const {
    const auto all = command_->get_options([](const CLI::Option* option) { return option->get_positional(); });
    if (all.empty()) return nullptr;
    if (positionals_.size() < all.size()) return all[positionals_.size()];
    return all.back()->get_items_expected_max() > 1 ? all.back() : nullptr;
  }

  void add_options(const std::string& word) {
    for (const CLI::Option* option : command_->get_options()) {
      if (!option->get_positional()) add(name_of(*option), short_help(option->get_description()), word);
    }
  }

  void add_values(const CLI::Option& option, const std::string& prefix, const std::string& word) {
    const auto rule = rules().find(name_of(option));
    if (rule == rules().end()) return;
    switch (rule->second.value) {
      case Value::free: return;
      case Value::files: found_.names = ShellNames::files; return;
      case Value::folders: found_.names = ShellNames::folders; return;
      // The words after the program are the program's: they are often files.
      case Value::commands: found_.names = positionals_.empty() ? ShellNames::commands : ShellNames::files; return;
      case Value::targets: return add_all(known_.targets, prefix, word);
      case Value::repo_ids: return add_ids(prefix, word);
      case Value::listed: return add_all(rule->second.listed, prefix, word);
      case Value::several: return add_several(rule->second.listed, prefix, word);
    }
  }

  void add_all(const std::vector<std::string>& values, const std::string& prefix, const std::string& word) {
    for (const std::string& value : values) add(prefix + value, "", word);
  }

  /// Adds the ids that can follow the others on the line: a command takes repos of one hub only.
  void add_ids(const std::string& prefix, const std::string& word) {
    for (const std::string& id : known_.repo_ids) {
      const bool is_given = std::ranges::find(positionals_, id) != positionals_.end();
      const bool is_of_hub = positionals_.empty() || hub_prefix(positionals_.front()) == hub_prefix(id);
      if (!is_given && is_of_hub) add(prefix + id, "", word);
    }
  }

  /// Adds the values that can follow the last comma.
  void add_several(const std::vector<std::string>& values, const std::string& prefix, const std::string& word) {
    const auto comma = word.rfind(',');
    add_all(values, comma == word.npos ? prefix : word.substr(0, comma + 1), word);
  }

  /// A word with control characters could be read as other lines, and could command the terminal.
  void add(std::string candidate, std::string help, const std::string& word) {
    if (candidate.starts_with(word) && candidate == printable(candidate))
      found_.words.push_back({std::move(candidate), std::move(help)});
  }

  const CLI::App* command_;
  const KnownWords& known_;
  const CLI::Option* awaited_ = nullptr;  ///< the option whose value the next word is
  bool only_positionals_ = false;         ///< after "--"
  std::vector<std::string> positionals_;  ///< those before the last word
  Completions found_;
};

std::string_view line_of(ShellNames names) {
  switch (names) {
    case ShellNames::none: return ":none\n";
    case ShellNames::files: return ":files\n";
    case ShellNames::folders: return ":folders\n";
    case ShellNames::commands: return ":commands\n";
  }
  return "";
}

}  // namespace

Completions completions(const CLI::App& app, const KnownWords& known, std::span<const std::string> words) {
  return Completer(app, known).run(words);
}

std::string completion_lines(const Completions& found) {
  std::string lines;
  for (const auto& [word, help] : found.words) fmt::format_to(std::back_inserter(lines), "{}\t{}\n", word, help);
  return lines += line_of(found.names);
}

bool has_completion_rule(std::string_view name) { return rules().contains(name); }

}  // namespace hubcache::cli
