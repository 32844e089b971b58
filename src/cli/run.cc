#include <hubcache/local_hub.h>

#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class RunCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("run", "run a command with a local hub beside it, which answers for adopted repos");
    command.footer(
        "Exit codes: those of COMMAND; 125 hubcache itself failed, 126 COMMAND cannot be executed,\n"
        "127 it is not found, 128 + N it was ended by signal N.\n");
    options_.add_to(command);
    command.add_flag("--deny-all", options_.deny_all,
                     "refuse every connection that goes by HTTP_PROXY and HTTPS_PROXY; implies --offline");
    command.add_option("COMMAND", words_, "the program and its arguments, behind --")->required();
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
