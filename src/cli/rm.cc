#include <hubcache/remove.h>

#include "base/language.h"
#include "cli/ask.h"
#include "cli/command.h"
#include "cli/interrupts.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class RmCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("rm", say("remove cached repos; your own folders stay as they are"));
    command.add_option("REPO_ID", request_.repo_ids, say("ids as `hubcache ls` prints them"))->required();
    add_cached_targets(command, request_.targets);
    command.add_option("--repo-type", request_.type, say("model or dataset; needed if both are cached"));
    command.add_flag("--dry-run", request_.dry_run, say("print what would be removed, and change nothing"));
    command.add_flag("-y,--yes", yes_, say("remove without asking"));
    command.add_flag("--json", json_, say("print JSON with a schema number"));
  }

  int run(const Environment& environment) const override {
    RemoveCachedRequest request = request_;
    if (!yes_) request.confirm = [](const RemoveCachedReport& plan) { return confirm(question_about(plan)); };
    const CancelOnSignal scope;
    return tell(environment, remove_cached(environment, request), json_);
  }

 private:
  RemoveCachedRequest request_;
  bool yes_ = false, json_ = false;
};

}  // namespace

std::unique_ptr<Command> rm_command() { return std::make_unique<RmCommand>(); }

}  // namespace hubcache::cli
