#include <unistd.h>

#include <cstdio>
#include <iostream>
#include <optional>

#include <fmt/format.h>

#include <hubcache/adopt.h>

#include "base/text.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/tell.h"
#include "hubs/registry.h"

namespace hubcache::cli {
namespace {

/// "prefix:owner/name for a repo of that hub", for each hub that has a prefix.
std::string prefixes() {
  std::string text;
  for (const hub::Hub* hub : hubs::all()) {
    if (!hub->id_prefix.empty())
      text += fmt::format("{}{}:owner/name for a repo of {}", text.empty() ? "" : ", ", hub->id_prefix, hub->title);
  }
  return text;
}

/// "branch (hub)" for each hub.
std::string default_revisions() {
  std::string text;
  for (const hub::Hub* hub : hubs::all())
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", hub->default_revision, hub->title);
  return text;
}

class AdoptCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("adopt", "make the client take the files of DIR as the repo's");
    common_.add_to(command, hubs::all().front()->default_target, true);
    command.add_option("REPO_ID", request_.repo_id, "owner/name; " + prefixes())->required();
    command.add_option("DIR", folder_, "the folder with the model's files; it may be the client's place itself")
        ->required();
    command.add_option("--revision", revision_, "branch, tag or commit; default: " + default_revisions());
    command.add_option("--link", link_, "auto, symlink, hardlink, reflink or copy")->capture_default_str();
    command.add_flag("--no-pin", no_pin_, "do not accept the files any more after a push to the hub");
    command.add_flag("--offline", request_.offline, "do not ask the hub");
    command.add_flag("--require-complete", request_.require_complete,
                     "change nothing if the client would still download something (exit 3)");
    command.add_flag("--match", request_.match,
                     "only what is the hub's byte for byte, and without a pin; else change nothing (exit 3)");
    command.add_flag("--partial", request_.partial,
                     "with --match: adopt the files that are the same, whatever the others are");
    command.add_flag("-q,--quiet", quiet_, "no progress bar");
    command
        .add_option("--include", request_.include,
                    "only files that match the pattern (as in .gitignore); may be repeated")
        ->allow_extra_args(false);
    command.add_option("--exclude", request_.exclude, "no files that match the pattern; may be repeated")
        ->allow_extra_args(false);
    command.add_option("--take", take_,
                       "mine or hub: which version wins of a file that the client has replaced in place");
    command.add_flag("--yes", yes_, "do not ask before a copy of more than 1 GiB");
    command.add_flag("--dry-run", request_.dry_run, "say what would be done, change nothing");
    common_.add_trust_owner_to(command);
  }

  int run(const Environment& environment) const override {
    const auto request_to_run = checked();
    if (!request_to_run) return fail(environment, request_to_run.error(), common_.json);
    return tell(environment, adopt_with_bar(environment, *request_to_run), common_.json);
  }

 private:
  Result<Outcomes<AdoptReport>> adopt_with_bar(const Environment& environment, AdoptRequest request) const {
    ProgressBar bar(quiet_);
    request.progress = bar.callback();
    return adopt_each(environment, request);
  }

  Result<AdoptRequest> checked() const {
    AdoptRequest checked = request_;
    checked.folder = folder_;
    checked.targets = common_.targets;
    checked.place = common_.place;
    checked.pin = !no_pin_;
    checked.trust_owner = common_.trust_owner;
    if (revision_) {
      const auto revision = Revision::parse(*revision_);
      if (!revision) return revision.error();
      checked.revision = revision->str();
    }
    const auto type = parse_repo_type(common_.type);
    if (!type) return type.error();
    checked.type = *type;
    if (link_ != "auto") {
      const auto kind = parse_link_kind(link_);
      if (!kind) return kind.error();
      checked.link = *kind;
    }
    if (!take_.empty() && take_ != "mine" && take_ != "hub")
      return Error{ErrorCode::usage, "invalid --take value: " + in_quotes(take_), "use --take mine or --take hub"};
    if (!take_.empty()) checked.take = take_ == "mine" ? Winner::mine : Winner::hub;
    checked.tell = [](std::string_view line) { complain(line); };
    if (!yes_ && isatty(STDIN_FILENO)) checked.ask = ask;
    return checked;
  }

  static bool ask(std::string_view question) {
    std::fprintf(stderr, "%s [y/N] ", for_terminal(question).c_str());
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
  }

  Common common_;
  AdoptRequest request_;
  std::optional<std::string> revision_;
  std::string folder_, link_ = "auto", take_;
  bool no_pin_ = false, quiet_ = false, yes_ = false;
};

}  // namespace

std::unique_ptr<Command> adopt_command() { return std::make_unique<AdoptCommand>(); }

}  // namespace hubcache::cli
