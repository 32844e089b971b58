#include <unistd.h>

#include <hubcache/caches.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/interrupts.h"
#include "cli/tell.h"
#include "cli/terminal.h"

namespace hubcache::cli {

void add_cached_targets(CLI::App& command, std::vector<std::string>& targets) {
  command
      .add_option("--target", targets, say("target name (see `hubcache targets`); may be repeated; default: {}", "all"))
      ->allow_extra_args(false);
}

namespace {

class LsCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("ls", say("list the cached repos of all clients, and their sizes on disk"));
    add_cached_targets(command, request_.targets);
    command
        .add_option(
            "--filter", request_.filters,
            say("condition: size, files or used (how long not used) with < <= > >=, state or name with = or !=; "
                "may be repeated; for example 'size>1G', 'used>30d', 'state=partial', 'name=owner/*'"))
        ->allow_extra_args(false);
    command.add_option("--sort", order_, say("size, used (longest unused first) or name"))->capture_default_str();
    auto* json = command.add_flag("--json", json_, say("print JSON with a schema number"));
    command.add_flag("--csv", csv_, say("print a table in CSV"))->excludes(json);
  }

  int run(const Environment& environment) const override {
    const auto order = parse_cached_order(order_);
    if (!order) return fail(environment, order.error(), json_);
    CachedRequest request = request_;
    request.order = *order;
    const CancelOnSignal scope;
    const auto report = list_cached(environment, request);
    if (!report) return fail(environment, report.error(), json_);
    if (json_) print(to_json(*report));
    else if (csv_) print_csv(*report);
    else
      print(to_text(*report,
                    {.width = terminal_width(STDOUT_FILENO), .colour = wants_colour(environment, STDOUT_FILENO)}));
    return 0;
  }

 private:
  /// The table has no lines for notes.
  static void print_csv(const CachedReport& report) {
    print(to_csv(report));
    for (const std::string& note : report.notes) complain(say("note: {}", note));
  }

  CachedRequest request_;
  std::string order_ = "size";
  bool json_ = false, csv_ = false;
};

class DuCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("du", say("show what the cached repos occupy on disk, by hub, owner and repo"));
    add_cached_targets(command, targets_);
    command.add_flag("--json", json_, say("print JSON with a schema number"));
  }

  int run(const Environment& environment) const override {
    const CancelOnSignal scope;
    const auto report = disk_usage(environment, targets_);
    if (!report) return fail(environment, report.error(), json_);
    if (json_) print(to_json(*report));
    else
      print(to_text(*report,
                    {.width = terminal_width(STDOUT_FILENO), .colour = wants_colour(environment, STDOUT_FILENO)}));
    return 0;
  }

 private:
  std::vector<std::string> targets_;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> ls_command() { return std::make_unique<LsCommand>(); }
std::unique_ptr<Command> du_command() { return std::make_unique<DuCommand>(); }

}  // namespace hubcache::cli
