#include <unistd.h>

#include <cstdio>
#include <iostream>

#include <hubcache/dedupe.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupts.h"
#include "cli/tell.h"
#include "cli/terminal.h"

namespace hubcache::cli {
namespace {

class DedupeCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand(
        "dedupe", say("find equal files in the clients' caches, and let them share their disk space"));
    command.add_option("DIR", folders_, say("folders whose files are compared, too"));
    command
        .add_option("--target", request_.targets,
                    say("target name (see `hubcache targets`); may be repeated; default: {}", "all"))
        ->allow_extra_args(false);
    command.add_flag("--hardlink", request_.hard_links,
                     say("where the file system cannot share blocks: replace downloaded files that no client writes in "
                         "place by hard links"));
    command.add_flag("-y,--yes", yes_, say("do not ask"));
    command.add_flag("--dry-run", request_.dry_run, say("print what would be done, and change nothing"));
    command.add_flag("-q,--quiet", quiet_, say("no progress bar"));
    command.add_flag("--json", json_, say("print JSON with a schema number"));
  }

  int run(const Environment& environment) const override {
    const DedupeTextOptions options{.width = terminal_width(STDOUT_FILENO),
                                    .colour = wants_colour(environment, STDOUT_FILENO)};
    DedupeRequest request = request_;
    request.folders.assign(folders_.begin(), folders_.end());
    bool lacks_terminal = false;
    if (!yes_)
      request.ask = [&](const DedupeReport& plan) {
        lacks_terminal = isatty(STDIN_FILENO) == 0;
        return !lacks_terminal && ask(plan, options);
      };
    const CancelOnSignal scope;
    const auto report = dedupe_with_bar(environment, request);
    if (!report && lacks_terminal) return fail(environment, cannot_ask(), json_);
    if (!report) return fail(environment, report.error(), json_);
    if (json_) print(to_json(*report));
    else print(to_text(*report, options));
    return 0;
  }

 private:
  Result<DedupeReport> dedupe_with_bar(const Environment& environment, DedupeRequest& request) const {
    ProgressBar bar(quiet_);
    request.progress = bar.callback();
    return dedupe(environment, request);
  }

  bool ask(const DedupeReport& plan, const DedupeTextOptions& options) const {
    if (!json_) print(to_text(plan, options));
    std::fprintf(
        stderr, "%s [y/N] ",
        for_terminal(say("share {} of {}?", human_size(plan.to_gain), counted(plan.duplicates, "duplicate"))).c_str());
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
  }

  static Error cannot_ask() {
    return {ErrorCode::conflict, say("nothing was changed: there is no terminal to ask"),
            say("run hubcache dedupe --dry-run to see the plan, then add --yes")};
  }

  std::vector<std::string> folders_;
  DedupeRequest request_;
  bool yes_ = false, quiet_ = false, json_ = false;
};

}  // namespace

std::unique_ptr<Command> dedupe_command() { return std::make_unique<DedupeCommand>(); }

}  // namespace hubcache::cli
