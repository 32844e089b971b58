#include <hubcache/refresh.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class RefreshCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("refresh", say("update adoptions after a push or a change in the adopted folder"));
    common_.add_to(command, "all", false);
    command.add_option("REPO_ID", request_.repo_ids, say("owner/name; default: every adopted repo"));
    command.add_flag("--offline", request_.offline, say("do not contact the hub"));
    command.add_flag("--check", request_.check, say("change nothing; exit 3 if an adoption is out of date"));
    common_.add_trust_owner_to(command);
  }

  int run(const Environment& environment) const override {
    RefreshRequest asked = request_;
    asked.targets = common_.targets;
    asked.place = common_.place;
    asked.trust_owner = common_.trust_owner;
    asked.tell = [](std::string_view line) { complain(line); };
    const auto report = refresh(environment, asked);
    if (!report) return fail(environment, report.error(), common_.json);
    if (common_.json) print(to_json(*report));
    else print_text(to_text(*report));
    return verdict_of(*report);
  }

 private:
  /// Returns the exit code. A repo that could not be refreshed takes precedence over a stale repo.
  static int verdict_of(const RefreshReport& report) {
    bool stale = false, unread = false;
    for (const RefreshedRepo& repo : report.repos) {
      if (repo.error) return static_cast<int>(repo.error->code);
      stale = stale || repo.stale;
      unread = unread || !repo.unread.empty();
    }
    if (unread) return static_cast<int>(ErrorCode::failed);
    return report.check && stale ? static_cast<int>(ErrorCode::difference) : 0;
  }

  Common common_;
  RefreshRequest request_;
};

}  // namespace

std::unique_ptr<Command> refresh_command() { return std::make_unique<RefreshCommand>(); }

}  // namespace hubcache::cli
