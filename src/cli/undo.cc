#include <hubcache/adopt.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

/// Implements release and restore: one repo, with a report for each of its targets.
class UndoCommand final : public Command {
 public:
  using Act = Result<Outcomes<ReleaseReport>> (*)(const Environment&, const ReleaseRequest&);
  UndoCommand(std::string name, std::string text, Act act)
      : name_(std::move(name)), text_(std::move(text)), act_(act) {}

  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand(name_, text_);
    common_.add_to(command, say("all targets that the repo is adopted for"), true);
    command.add_option("REPO_ID", repo_id_, "owner/name")->required();
    common_.add_trust_owner_to(command);
  }

  int run(const Environment& environment) const override {
    const auto type = parse_repo_type(common_.type);
    if (!type) return fail(environment, type.error(), common_.json);
    const ReleaseRequest request{repo_id_, common_.targets, *type, common_.place, common_.trust_owner};
    return tell(environment, act_(environment, request), common_.json);
  }

 private:
  std::string name_, text_;
  Act act_;
  Common common_;
  std::string repo_id_;
};

}  // namespace

std::unique_ptr<Command> release_command() {
  return std::make_unique<UndoCommand>("release", say("undo an adoption and restore the previous cache"), release_each);
}

std::unique_ptr<Command> restore_command() {
  return std::make_unique<UndoCommand>("restore", say("restore your files that the client replaced (adopted in place)"),
                                       restore_each);
}

}  // namespace hubcache::cli
