#include "cli/man.h"

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <hubcache/version.h>

#include "cli/application.h"

namespace hubcache::cli {
namespace {

/// Escapes a line: a backslash, a hyphen that users copy, and a dot at the start.
std::string escaped(std::string_view line) {
  std::string text;
  for (const char c : line) {
    if (c == '\\') text += "\\e";
    else if (c == '-') text += "\\-";
    else text += c;
  }
  return text.starts_with('.') || text.starts_with('\'') ? "\\&" + text : text;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + escaped(text) + "\\fR"; }
std::string section(std::string_view name) { return fmt::format(".SH \"{}\"\n", name); }

std::string full_name(const CLI::App& command) {
  const CLI::App* parent = command.get_parent();
  return parent ? full_name(*parent) + " " + command.get_name() : command.get_name();
}

std::vector<const CLI::Option*> options_of(const CLI::App& command, bool positional) {
  return command.get_options([=](const CLI::Option* one) { return one->get_positional() == positional; });
}

/// Returns a word for the option's value: "FOLDER".
std::string value_name(const CLI::Option& option) {
  static const std::map<std::string, std::string, std::less<>> words = {
      {"exclude", "PATTERN"},  {"fail-on", "KINDS"},     {"include", "PATTERN"},      {"link", "KIND"},
      {"local-dir", "FOLDER"}, {"place", "FOLDER"},      {"port", "NUMBER"},          {"python", "PROGRAM"},
      {"repo-type", "TYPE"},   {"revision", "REVISION"}, {"shell", "SHELL"},          {"take", "VERSION"},
      {"target", "TARGET"},    {"upstream", "URL"},      {"expect", "COMMIT"},        {"from", "STORE"},
      {"hub", "URL"},          {"listen", "ADDRESS"},    {"token-file", "FILE"},      {"public-url", "URL"},
      {"redirect", "WHEN"},    {"redirect-via", "URL"},  {"store-public-url", "URL"}, {"access-log", "FILE"},
      {"filter", "CONDITION"}, {"sort", "ORDER"}};
  const auto found = words.find(option.get_lnames().empty() ? "" : option.get_lnames().front());
  return found == words.end() ? "VALUE" : found->second;
}

std::string option_entry(const CLI::Option& option) {
  std::vector<std::string> names;
  for (const std::string& name : option.get_snames()) names.push_back(bold("-" + name));
  for (const std::string& name : option.get_lnames()) names.push_back(bold("--" + name));
  std::string entry = fmt::format(".TP\n{}", fmt::join(names, ", "));
  if (option.get_items_expected_max() > 0) entry += " " + italic(value_name(option));
  entry += "\n" + escaped(option.get_description());
  if (!option.get_default_str().empty()) entry += escaped(" (default: " + option.get_default_str() + ")");
  for (const CLI::Option* other : option.get_excludes()) entry += "; not with " + bold(other->get_name());
  return entry + "\n";
}

std::string synopsis(const CLI::App& command) {
  std::string text = ".B " + escaped(full_name(command)) + "\n[" + italic("options") + "]";
  for (const CLI::Option* positional : options_of(command, true)) {
    const std::string name =
        italic(positional->get_name(true)) + (positional->get_items_expected_max() > 1 ? "..." : "");
    text += " " + (positional->get_required() ? name : "[" + name + "]");
  }
  return text + (subcommands_of(command).empty() ? "" : " " + italic("command")) + "\n";
}

std::string arguments_and_options(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* positional : options_of(command, true))
    text += ".TP\n" + italic(positional->get_name(true)) + "\n" + escaped(positional->get_description()) + "\n";
  for (const CLI::Option* option : options_of(command, false)) text += option_entry(*option);
  return text;
}

/// Returns the lines of the exit codes as a list: "0 ok, 1 failed; 2 usage." A part without a number is a sentence.
std::string exit_status(std::string text) {
  std::ranges::replace(text, ';', ',');
  while (text.ends_with('.')) text.pop_back();
  std::string list;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find(", ", start), text.size());
    const std::string part = text.substr(start, end - start);
    const auto digits = std::min(part.find_first_not_of("0123456789"), part.size());
    const auto code_end = part.find(' ', part.substr(digits).starts_with(" + ") ? digits + 3 : digits);
    if (digits == 0 || code_end == part.npos) list += escaped(part) + "\n";
    else list += fmt::format(".TP\n{}\n{}\n", escaped(part.substr(0, code_end)), escaped(part.substr(code_end + 1)));
    start = end + 2;
  }
  return section("EXIT STATUS") + list;
}

/// Writes the paragraphs after the options. Lines with a margin are examples, and stay lines.
std::string remarks(const std::string& footer) {
  std::istringstream lines(footer);
  std::string text, line, codes;
  bool is_new = true, has_notes = false;
  while (std::getline(lines, line)) {
    if (line.empty()) {
      is_new = true;
      continue;
    }
    constexpr std::string_view codes_label = "Exit codes: ";
    if (line.starts_with(codes_label) || !codes.empty()) {  // the last paragraph
      codes += codes.empty() ? line.substr(codes_label.size()) : " " + line;
      continue;
    }
    const bool is_examples = line == "Examples:";
    if (is_examples) text += section("EXAMPLES");
    else if (is_new) text += has_notes ? ".PP\n" : section("NOTES");
    if (!is_examples) has_notes = true;
    if (line.starts_with(' ')) text += fmt::format(".RS\n.nf\n{}\n.fi\n.RE\n", escaped(line.substr(2)));
    else if (!is_examples) text += escaped(line) + "\n";
    is_new = false;
  }
  return codes.empty() ? text : text + exit_status(codes);
}

std::string command_list(const CLI::App& command) {
  std::string text;
  for (const CLI::App* subcommand : subcommands_of(command)) {
    text += fmt::format(".TP\n{}\n{}\n", bold(full_name(*subcommand)), escaped(subcommand->get_description()));
    if (command.get_parent()) text += ".RS\n" + arguments_and_options(*subcommand) + ".RE\n";
  }
  return text.empty() ? "" : section("COMMANDS") + text;
}

std::string see_also(const CLI::App& command) {
  const CLI::App& whole = command.get_parent() ? *command.get_parent() : command;
  std::vector<std::string> pages;
  if (&whole != &command) pages.push_back(bold(man_page_name(whole)) + "(1)");
  for (const CLI::App* subcommand : subcommands_of(whole)) {
    if (subcommand != &command) pages.push_back(bold(man_page_name(*subcommand)) + "(1)");
  }
  return section("SEE ALSO") + fmt::format("{}\n", fmt::join(pages, ", "));
}

/// Returns what the page of the whole program says before the options.
std::string about() {
  return section("DESCRIPTION") +
         "A program loads a model by its id on a hub. hubcache makes it load your local, edited files instead.\n"
         ".B hubcache adopt\nputs links to your files, or copies, into the cache folder of the client, the library "
         "that\n"
         "downloads the model, and writes the metadata that the client checks.\n"
         ".B hubcache release\nundoes this.\n";
}

/// Returns the sections that only the page of the whole program has.
std::string variables_and_files() {
  return section("ENVIRONMENT") +
         ".TP\n\\fBHUBCACHE_STATE\\fR\nfolder of the list of adoptions\n"
         ".TP\n\\fBHUBCACHE_CACHE\\fR\nfolder of the cache of file digests\n"
         ".TP\n\\fBHUBCACHE_LOG\\fR\nlevel of the log, from trace to off\n"
         ".TP\n\\fBNO_COLOR\\fR\nno colours\n"
         ".PP\nhubcache also reads the variables that the clients read; its README lists them.\n" +
         section("FILES") +
         ".TP\n\\fI~/.local/state/hubcache\\fR\nlist of adoptions, if HUBCACHE_STATE and XDG_STATE_HOME are not set\n"
         ".TP\n\\fI~/.cache/hubcache\\fR\ncache of file digests, if HUBCACHE_CACHE and XDG_CACHE_HOME are not set\n"
         ".TP\n\\fI._hubcache\\fR\nbeside the clients' cache folders: records of adoptions, and files that were moved "
         "out of "
         "them\n";
}

/// Returns the description without the name of the program, which the page's first line has.
std::string description(const CLI::App& command) {
  const std::string prefix = command.get_name() + ": ", text = command.get_description();
  return text.starts_with(prefix) ? text.substr(prefix.size()) : text;
}

}  // namespace

std::string man_page_name(const CLI::App& command) {
  return command.get_parent() ? man_page_name(*command.get_parent()) + "-" + command.get_name() : command.get_name();
}

std::string man_page(const CLI::App& command) {
  std::string title = man_page_name(command);
  for (char& c : title) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return fmt::format(".TH \"{}\" \"1\" \"\" \"hubcache {}\" \"hubcache\"\n", title, version()) + section("NAME") +
         fmt::format("{} \\- {}\n", escaped(man_page_name(command)), escaped(description(command))) +
         section("SYNOPSIS") + synopsis(command) + (command.get_parent() ? "" : about()) + section("OPTIONS") +
         arguments_and_options(command) + command_list(command) + remarks(command.get_footer()) +
         (command.get_parent() ? "" : variables_and_files()) + see_also(command);
}

}  // namespace hubcache::cli
