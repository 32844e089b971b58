#include <filesystem>
#include <optional>

#include <fmt/format.h>

#include <hubcache/adopt.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/ask.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/tell.h"
#include "hubs/registry.h"

namespace hubcache::cli {
namespace {

/// Returns "prefix:owner/name for a repo of that hub" for each hub that has a prefix.
std::string prefixes() {
  std::string text;
  for (const hub::Hub* hub : hubs::all()) {
    if (!hub->id_prefix.empty())
      text += (text.empty() ? "" : say(", ")) + say("{}:owner/name for a repo of {}", hub->id_prefix, hub->title);
  }
  return text;
}

/// Returns "value (hub)" for each hub.
std::string for_each_hub(std::string_view hub::Hub::* value) {
  std::string text;
  for (const hub::Hub* hub : hubs::all())
    text += (text.empty() ? "" : say(", ")) + say("{} ({})", hub->*value, hub->title);
  return text;
}

class AdoptCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("adopt", say("make a client load folder DIR as repo REPO_ID"));
    common_.add_to(command, for_each_hub(&hub::Hub::default_target), true);
    command.add_option("REPO_ID", request_.repo_id, say("owner/name; {}", prefixes()))->required();
    command
        .add_option("DIR", folder_,
                    say("folder with the model's files; the client's own cache folder is adopted in place"))
        ->required();
    command.add_option("--revision", revision_,
                       say("branch, tag or commit; default: {}", for_each_hub(&hub::Hub::default_revision)));
    command.add_option("--link", link_, say("auto, symlink, hardlink, reflink or copy"))->capture_default_str();
    command.add_flag("--no-pin", no_pin_, say("download new versions after a push to the hub"));
    command.add_flag("--offline", request_.offline, say("do not contact the hub"));
    command.add_flag("--require-complete", request_.require_complete,
                     say("exit 3 and change nothing if the client would still download a file"));
    command.add_flag("--match", request_.match,
                     say("adopt without a pin, and only if all files equal the hub's; else exit 3 and change nothing"));
    command.add_flag("--partial", request_.partial,
                     say("with --match: adopt the files that equal the hub's, and skip the others"));
    command.add_flag("-q,--quiet", quiet_, say("no progress bar"));
    command
        .add_option("--include", request_.include,
                    say("adopt only files that match the pattern (as in .gitignore); may be repeated"))
        ->allow_extra_args(false);
    command.add_option("--exclude", request_.exclude, say("skip files that match the pattern; may be repeated"))
        ->allow_extra_args(false);
    command.add_option("--take", take_, say("mine or hub: version to keep of files that the client replaced in place"));
    command.add_flag("--yes", yes_, say("copy more than 1 GiB without asking"));
    command.add_flag("--dry-run", request_.dry_run, say("print what would be done, and change nothing"));
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

  /// Returns an Error if DIR and REPO_ID are in the wrong order.
  Result<void> check_order() const {
    std::error_code problem;  // a path that cannot be examined does not count as a folder
    const bool is_swapped = !std::filesystem::is_directory(folder_, problem) && RepoId::parse(folder_) &&
                            std::filesystem::is_directory(request_.repo_id, problem);
    if (!is_swapped) return {};
    return Error{ErrorCode::usage, say("folder not found: {}", in_quotes(folder_)),
                 say("run hubcache adopt {} {}", shell_word(folder_), shell_word(request_.repo_id))};
  }

  Result<AdoptRequest> checked() const {
    if (const auto order = check_order(); !order) return order.error();
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
      return Error{ErrorCode::usage, say("invalid --take value: {}", in_quotes(take_)),
                   say("use --take mine or --take hub")};
    if (!take_.empty()) checked.take = take_ == "mine" ? Winner::mine : Winner::hub;
    checked.tell = [](std::string_view line) { complain(line); };
    if (!yes_ && can_ask()) checked.ask = ask;
    return checked;
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
