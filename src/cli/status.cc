#include <hubcache/status.h>

#include "cli/command.h"
#include "cli/status_check.h"
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
    const CheckVerdict verdict = check_ ? check(*report, !request_.repo_ids.empty()) : CheckVerdict{};
    for (const std::string& reason : verdict.reasons) complain("hubcache: " + reason);
    const int code = verdict.code;
    return code == 0 && !report->is_complete ? static_cast<int>(ErrorCode::failed) : code;
  }

 private:
  Common common_;
  StatusRequest request_;
  bool check_ = false, verbose_ = false;
};

}  // namespace

std::unique_ptr<Command> status_command() { return std::make_unique<StatusCommand>(); }

}  // namespace hubcache::cli
