#include <hubcache/local_hub.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/tell.h"

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
  }

  int run(const Environment& environment) const override {
    const auto variables = local_hub_variables(environment, static_cast<std::uint16_t>(port_), say_line);
    if (!variables) return fail(environment, variables.error(), false);
    const bool is_fish = shell_ == "fish";
    for (const auto& [name, value] : *variables) {
      if (value) print((is_fish ? "set -gx " + name + " " : "export " + name + "=") + quoted(*value, is_fish) + "\n");
      else print((is_fish ? "set -e " : "unset ") + name + "\n");
    }
    return 0;
  }

 private:
  std::string shell_ = "sh";
  int port_ = local_hub_port;
};

}  // namespace

std::unique_ptr<Command> env_command() { return std::make_unique<EnvCommand>(); }

}  // namespace hubcache::cli
