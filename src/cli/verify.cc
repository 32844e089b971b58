#include <hubcache/verify.h>

#include <algorithm>

#include "base/language.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class VerifyCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("verify", say("compare files with the hub by content: same, edited, missing, extra"));
    common_.add_to(command, "all", true);
    command.add_option("REPO_ID", request_.repo_ids,
                       say("owner/name; default: all repos in the clients' cache folders"));
    command.add_option("--local-dir", local_dir_,
                       say("folder to compare with the repo; default: the client's cache folder"));
    command
        .add_option("--fail-on", fail_on_,
                    say("edited, missing or extra, separated by commas: exit 3 if a file is one of these"))
        ->delimiter(',')
        ->allow_extra_args(false);
    command.add_flag("--offline", request_.offline, say("do not contact the hub; compare with the recorded ids"));
    command.add_flag("-q,--quiet", quiet_, say("no progress bar"));
    common_.add_trust_owner_to(command);
  }

  int run(const Environment& environment) const override {
    const auto fail_on = parse_fail_on();
    if (!fail_on) return fail(environment, fail_on.error(), common_.json);
    const auto report = verify_with_bar(environment);
    if (!report) return fail(environment, report.error(), common_.json);
    if (common_.json) write_json(*report, print);
    else print_text(to_text(*report));
    return verdict_of(*report, *fail_on);
  }

 private:
  Result<std::vector<Comparison>> parse_fail_on() const {
    std::vector<Comparison> comparisons;
    for (const std::string& word : fail_on_) {
      const auto comparison = parse_comparison(word);
      if (!comparison) return comparison.error();
      comparisons.push_back(*comparison);
    }
    return comparisons;
  }

  Result<VerifyReport> verify_with_bar(const Environment& environment) const {
    ProgressBar bar(quiet_);
    VerifyRequest request = request_;
    request.targets = common_.targets;
    request.place = common_.place;
    request.local_dir = local_dir_;
    request.trust_owner = common_.trust_owner;
    request.progress = bar.callback();
    const auto type = parse_repo_type(common_.type);
    if (!type) return type.error();
    request.type = *type;
    return verify(environment, request);
  }

  /// Returns the exit code. With --fail-on, a check without differences fails too if a hub did not answer.
  static int verdict_of(const VerifyReport& report, const std::vector<Comparison>& fail_on) {
    bool differs = false, unreadable = false, unknown = false;
    std::optional<ErrorCode> failed;
    for (const RepoVerification& repo : report.repos) {
      differs =
          differs || std::ranges::any_of(fail_on, [&](Comparison comparison) { return repo.count(comparison) > 0; });
      if (repo.error && !failed) failed = repo.error->code;
      unreadable = unreadable || repo.count(Comparison::unreadable) > 0;
      unknown = unknown || !repo.hub_error.empty();
    }
    if (differs) return static_cast<int>(ErrorCode::difference);
    if (failed) return static_cast<int>(*failed);
    if (unreadable) return static_cast<int>(ErrorCode::failed);
    return unknown && !fail_on.empty() ? static_cast<int>(ErrorCode::hub) : 0;
  }

  Common common_;
  VerifyRequest request_;
  std::optional<std::string> local_dir_;
  std::vector<std::string> fail_on_;
  bool quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> verify_command() { return std::make_unique<VerifyCommand>(); }

}  // namespace hubcache::cli
