#include <hubcache/status.h>

#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class StatusCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("status", "what stands in the client's places, and what it will do with it");
    common_.add_to(command, "all", false);
    command.add_option("REPO_ID", request_.repo_ids, "owner/name; none: every repo in the client's places");
    command.add_flag("--offline", request_.offline, "do not ask the hub");
    command.add_flag("--check", check_,
                     "exit 3 if anything would be downloaded or lost, taken from an older copy, not be found, or raise "
                     "an exception");
    command.add_flag("-v,--verbose", verbose_, "file by file");
  }

  int run(const Environment& environment) const override {
    StatusRequest asked = request_;
    asked.targets = common_.targets;
    asked.place = common_.place;
    const auto report = status(environment, asked);
    if (!report) return fail(environment, report.error(), common_.json);
    if (common_.json) print(to_json(*report));
    else print_text(to_text(*report, verbose_));
    const int code = check_ ? verdict_of(*report) : 0;
    return code == 0 && !report->is_complete ? static_cast<int>(ErrorCode::failed) : code;
  }

 private:
  /// Where the hub could not be asked, a check cannot say that all is well.
  static int verdict_of(const StatusReport& report) {
    bool differs = false, unknown = false;
    for (const RepoStatus& repo : report.repos) {
      if (repo.state == RepoState::unreadable) continue;  // nothing is known of what its owner's programs will do
      differs = differs || repo.downloads > 0 || repo.losses > 0 || repo.raises > 0 || !repo.client_raises.empty() ||
                !repo.hidden.empty() || !repo.outdated_copies.empty() || repo.state == RepoState::damaged;
      unknown = unknown || !repo.hub_error.empty() || (!repo.is_known && repo.adopted_at.empty());
    }
    if (differs) return static_cast<int>(ErrorCode::difference);
    return unknown ? static_cast<int>(ErrorCode::hub) : 0;
  }

  Common common_;
  StatusRequest request_;
  bool check_ = false, verbose_ = false;
};

}  // namespace

std::unique_ptr<Command> status_command() { return std::make_unique<StatusCommand>(); }

}  // namespace hubcache::cli
