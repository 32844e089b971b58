#include <hubcache/targets.h>

#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class TargetsCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("targets", "the readers that hubcache serves, and where each of them looks");
    command.footer(exit_codes);
    command.add_flag("--json", json_, "print JSON with a schema number");
    command.add_option("--python", python_, "the interpreter whose packages are looked at; default: the first python3");
  }

  int run(const Environment& environment) const override {
    const TargetsReport report = targets(environment, python_);
    if (json_) print(to_json(report));
    else print_text(to_text(report));
    return 0;
  }

 private:
  bool json_ = false;
  std::optional<std::string> python_;
};

}  // namespace

std::unique_ptr<Command> targets_command() { return std::make_unique<TargetsCommand>(); }

}  // namespace hubcache::cli
