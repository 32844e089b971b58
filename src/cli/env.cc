#include <hubcache/local_hub.h>

#include <sstream>

#include "base/ascii.h"
#include "base/language.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/tell.h"
#include "fs/file.h"

namespace hubcache::cli {
namespace {

/// Returns the value in single quotes, for sh or for fish.
std::string quoted(const std::string& value, bool is_fish) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'') out += is_fish ? "\\'" : "'\\''";
    else if (c == '\\' && is_fish) out += "\\\\";
    else out += c;
  }
  return out + "'";
}

/// Returns the first token in a file for `hubcache serve --token-file`.
Result<std::string> first_token(const std::filesystem::path& file) {
  const auto text = fs::read_file(file, 1 << 20);
  if (!text) return text.error();
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    const std::string_view token = stripped(line);
    if (!token.empty() && !token.starts_with('#')) return std::string(token);
  }
  return Error{ErrorCode::usage, say("{} has no token", in_quotes(file.native())), say("write one token a line")};
}

class EnvCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("env", say("print the variables that point clients at `hubcache serve`"));
    command.add_option("--shell", shell_, say("sh or fish"))
        ->capture_default_str()
        ->check(CLI::IsMember({"sh", "fish"}));
    command.add_option("--port", port_, say("port of the running `hubcache serve`"))
        ->capture_default_str()
        ->check(CLI::Range(1, 65535));
    auto* hub = command.add_option("--hub", hub_, say("address of a hub that another machine serves"));
    command.add_option("--token-file", token_file_, say("file with the token for that hub"))->needs(hub);
  }

  int run(const Environment& environment) const override {
    if (!hub_.empty()) return print_shared(environment);
    const auto variables = local_hub_variables(environment, static_cast<std::uint16_t>(port_), say_line);
    if (!variables) return fail(environment, variables.error(), false);
    for (const auto& [name, value] : *variables) {
      if (value) print_variable(name, *value);
      else print((is_fish() ? "set -e " : "unset ") + name + "\n");
    }
    return 0;
  }

 private:
  bool is_fish() const { return shell_ == "fish"; }

  void print_variable(const std::string& name, const std::string& value) const {
    print((is_fish() ? "set -gx " + name + " " : "export " + name + "=") + quoted(value, is_fish()) + "\n");
  }

  int print_shared(const Environment& environment) const {
    const auto token = token_file_ ? first_token(environment.working_folder / *token_file_) : "";
    if (!token) return fail(environment, token.error(), false);
    const auto variables = shared_hub_variables(hub_, *token);
    if (!variables) return fail(environment, variables.error(), false);
    for (const auto& [name, value] : *variables) print_variable(name, value);
    return 0;
  }

  std::string hub_;
  std::optional<std::string> token_file_;
  std::string shell_ = "sh";
  int port_ = local_hub_port;
};

}  // namespace

std::unique_ptr<Command> env_command() { return std::make_unique<EnvCommand>(); }

}  // namespace hubcache::cli
