#include <unistd.h>

#include <hubcache/status.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/status_check.h"
#include "cli/tell.h"
#include "cli/terminal.h"
#include "local_hub/find_hub.h"

namespace hubcache::cli {
namespace {

class StatusCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("status", say("show cached repos and predict the next run"));
    common_.add_to(command, "all", false);
    command.add_option("REPO_ID", request_.repo_ids,
                       say("owner/name; default: all repos in the clients' cache folders"));
    command.add_flag("--offline", request_.offline, say("do not contact the hub"));
    command.add_flag("--check", check_,
                     say("exit 3 if the next run downloads, overwrites, misses or fails at a file, or if the adopted "
                         "folder has changed and a refresh is needed"));
    command.add_flag("-v,--verbose", verbose_, say("show all details, file by file"));
  }

  int run(const Environment& environment) const override {
    StatusRequest asked = request_;
    asked.targets = common_.targets;
    asked.place = common_.place;
    auto report = status(environment, asked);
    if (!report) return fail(environment, report.error(), common_.json);
    const std::string dead_hub = local_hub::dead_hub_note(environment);
    if (!dead_hub.empty()) report->notes.push_back(dead_hub);
    if (common_.json) write_json(*report, print);
    else
      print(to_text(*report, {.verbose = verbose_,
                              .width = terminal_width(STDOUT_FILENO),
                              .colour = wants_colour(environment, STDOUT_FILENO)}));
    CheckVerdict verdict = check_ ? check(*report, !request_.repo_ids.empty()) : CheckVerdict{};
    if (check_ && !dead_hub.empty()) {
      verdict.code = static_cast<int>(ErrorCode::difference);
      verdict.reasons.push_back(dead_hub);
    }
    for (const std::string& reason : verdict.reasons) complain(say("hubcache: {}", reason));
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
