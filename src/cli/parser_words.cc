#include "cli/parser_words.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/args.h>
#include <fmt/format.h>

#include "base/language.h"

namespace hubcache::cli {
namespace {

/// The texts of CLI11 2.1 (Error.hpp, Validators.hpp) for the options that hubcache has. The first that fits counts.
constexpr std::string_view parser_messages[] = {
    marked("A subcommand is required"),
    marked("{} is required"),
    marked("{}: {} required {} missing"),
    marked("{}: At Most {} required but received {}"),
    marked("{}: At least {} required but received {}"),
    marked("{}: Value {} not in range {} to {}"),
    marked("{}: Value {} could not be converted"),
    marked("{}: {} not in {}"),
    marked("{}: too many inputs for a flag"),
    marked("{}: Should be true/false or a number"),
    marked("{} was given a disallowed flag override"),
    marked("Could not convert: {} = {}"),
    marked("{} excludes {}"),
    marked("{} requires {}"),
};

/// Returns the texts in place of the braces of the pattern; nullopt if the text does not fit it.
std::optional<std::vector<std::string>> parts_of(std::string_view text, std::string_view pattern) {
  std::vector<std::string> parts;
  for (;;) {
    const auto braces = pattern.find("{}");
    const std::string_view words = pattern.substr(0, braces);
    if (!text.starts_with(words)) return std::nullopt;
    text.remove_prefix(words.size());
    if (braces == pattern.npos) return text.empty() ? std::optional(parts) : std::nullopt;
    pattern.remove_prefix(braces + 2);
    const auto end = pattern.empty() ? text.size() : text.find(pattern.substr(0, pattern.find("{}")));
    if (end == text.npos) return std::nullopt;
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

/// CLI11 pads names by their bytes. This class pads them by their width on the screen.
class WideFormatter final : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool is_positional) const override {
    return row(make_option_name(option, is_positional) + make_option_opts(option), make_option_desc(option));
  }
  /// CLI11 writes an ASCII colon after these labels.
  std::string make_option_opts(const CLI::Option* option) const override {
    std::string text = Formatter::make_option_opts(option);
    for (const char* key : {"Needs", "Excludes"}) {
      const std::string label = get_label(key) + ":";
      if (const auto at = text.find(label); at != text.npos)
        text.replace(at, label.size() + 1, get_label(key) + std::string(translated(": ")));
    }
    return text;
  }
  std::string make_subcommand(const CLI::App* command) const override {
    return row(command->get_display_name(true), command->get_description());
  }
  std::string make_group(std::string group, bool is_positional,
                         std::vector<const CLI::Option*> options) const override {
    return with_colon(Formatter::make_group(get_label(group), is_positional, std::move(options)), ":\n");
  }
  std::string make_usage(const CLI::App* app, std::string name) const override {
    return with_colon(Formatter::make_usage(app, std::move(name)), ": ");
  }
  std::string make_subcommands(const CLI::App* app, CLI::AppFormatMode mode) const override {
    static constexpr std::string_view title = "\nSubcommands:\n";
    std::string text = Formatter::make_subcommands(app, mode);
    if (text.starts_with(title)) text.replace(0, title.size(), "\n" + get_label("Subcommands") + ":\n");
    return with_colon(std::move(text), ":\n");
  }

 private:
  /// Replaces the first colon, which ends the label.
  static std::string with_colon(std::string text, std::string_view colon) {
    const std::string end(colon.substr(1) == " " ? "" : colon.substr(1));
    if (const auto at = text.find(colon); at != text.npos)
      text.replace(at, colon.size(), std::string(translated(": ")) + end);
    return text;
  }

  std::string row(const std::string& name, const std::string& description) const {
    const std::string first = fmt::format("{:<{}}", "  " + name, column_width_);
    if (description.empty()) return first + "\n";
    // fmt pads by the width on the screen; a text that fills the column has no padding
    return first + (first.ends_with(' ') ? "" : "\n" + std::string(column_width_, ' ')) + description + "\n";
  }
};

}  // namespace

void translate_words(CLI::App& app) {
  app.set_help_flag("-h,--help", say("Print this help message and exit"));
  if (!is_translating()) return;
  auto formatter = std::make_shared<WideFormatter>();
  const auto label = [&](const char* key, std::string_view word) { formatter->label(key, std::string(word)); };
  label("Usage", translated("Usage"));
  label("Positionals", translated("Positionals"));
  label("Options", translated("Options"));
  label("OPTIONS", translated("OPTIONS"));
  label("Subcommands", translated("Subcommands"));
  label("SUBCOMMAND", translated("SUBCOMMAND"));
  label("REQUIRED", translated("REQUIRED"));
  label("Needs", translated("Needs"));
  label("Excludes", translated("Excludes"));
  app.formatter(std::move(formatter));
}

std::string parser_message(const std::string& english) {
  if (!is_translating()) return english;
  for (const std::string_view pattern : parser_messages) {
    const auto parts = parts_of(english, pattern);
    if (!parts) continue;
    fmt::dynamic_format_arg_store<fmt::format_context> arguments;
    for (const std::string& part : *parts) arguments.push_back(part);
    return say_with(fmt::string_view(pattern.data(), pattern.size()), arguments);
  }
  return english;
}

}  // namespace hubcache::cli
