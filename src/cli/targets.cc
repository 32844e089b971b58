#include <hubcache/targets.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class TargetsCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("targets", say("list supported clients and their cache folders"));
    command.add_flag("--json", json_, say("print JSON with a schema number"));
    command.add_option("--python", python_,
                       say("Python interpreter whose installed packages are checked; default: python3 of PATH"));
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
