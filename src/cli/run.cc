#include <hubcache/local_hub.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class RunCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("run", say("run a command with a local hub that serves adopted repos"));
    options_.add_to(command);
    command.add_flag("--deny-all", options_.deny_all,
                     say("refuse every connection through HTTP_PROXY and HTTPS_PROXY; implies --offline"));
    command.add_option("COMMAND", words_, say("program and its arguments, after --"))->required();
    command.positionals_at_end();
  }

  int run(const Environment& environment) const override {
    std::optional<ProgressBar> bar;
    const auto code = hubcache::run(environment, {words_, options_.checked(bar)});
    if (code) return *code;
    fail(environment, code.error(), false);
    return own_failure;
  }

 private:
  HubOptions options_;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> run_command() { return std::make_unique<RunCommand>(); }

}  // namespace hubcache::cli
