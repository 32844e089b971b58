#include <hubcache/prune.h>

#include "base/language.h"
#include "cli/ask.h"
#include "cli/command.h"
#include "cli/interrupts.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class PruneCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("prune", say("remove what clients and killed commands have left in the caches"));
    command.add_option("REPO_ID", request_.repo_ids, say("ids as `hubcache ls` prints them; default: all"));
    add_cached_targets(command, request_.targets);
    command.add_flag("--dry-run", request_.dry_run, say("print what would be removed, and change nothing"));
    command.add_flag("-y,--yes", yes_, say("remove without asking"));
    command.add_flag("--json", json_, say("print JSON with a schema number"));
  }

  int run(const Environment& environment) const override {
    PruneRequest request = request_;
    if (!yes_) request.confirm = [](const PruneReport& plan) { return confirm(question_about(plan)); };
    const CancelOnSignal scope;
    return tell(environment, prune(environment, request), json_);
  }

 private:
  PruneRequest request_;
  bool yes_ = false, json_ = false;
};

}  // namespace

std::unique_ptr<Command> prune_command() { return std::make_unique<PruneCommand>(); }

}  // namespace hubcache::cli
