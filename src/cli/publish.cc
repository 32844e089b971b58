#include <hubcache/publish.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupts.h"
#include "cli/progress.h"
#include "cli/tell.h"
#include "hubs/registry.h"

namespace hubcache::cli {
namespace {

class PublishCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("publish", say("put a repo into a store, from which other machines get it by its hub id"));
    command.add_flag("--json", json_, say("print JSON with a schema number"));
    command.add_option("--repo-type", type_, say("model or dataset"))->capture_default_str();
    command.add_option("REPO_ID", request_.repo_id, say("owner/name, with the hub's prefix if it has one"))->required();
    command
        .add_option(
            "[DIR] STORE", words_,
            say("folder with the model's files (default: the adopted folder), then s3://bucket/prefix or a folder"))
        ->required();
    command.add_option("--revision", request_.revision,
                       say("branch or tag; default: the adopted revision, or the hub's default"));
    command.add_option("--expect", expect_,
                       say("commit that the revision must have now, or none if it must not exist; else exit 3"));
    command.add_flag("--verify", request_.verify, say("read all contents back from the store and compare them"));
    command.add_flag("--dry-run", request_.dry_run, say("print what would be sent, and change nothing"));
    command.add_flag("-q,--quiet", quiet_, say("no progress bar"));
    command.add_flag("--trust-owner", request_.trust_owner,
                     say("also act on adoptions whose record another user may have written"));
  }

  int run(const Environment& environment) const override {
    const CancelOnSignal scope;
    const auto report = publish_with_bar(environment);
    return tell(environment, report, json_);
  }

 private:
  Result<PublishReport> publish_with_bar(const Environment& environment) const {
    if (words_.size() > 2)
      return Error{ErrorCode::usage, say("too many arguments: {}", in_quotes(words_[2])), "hubcache publish --help"};
    PublishRequest request = request_;
    if (words_.size() == 2) request.folder = words_.front();
    request.store = words_.back();
    request.expect = expect_;
    const auto type = parse_repo_type(type_);
    if (!type) return type.error();
    request.type = *type;
    ProgressBar bar(quiet_);
    request.tell = say_line;
    request.progress = bar.callback();
    return publish(environment, request);
  }

  PublishRequest request_{.repo_id = "", .store = ""};
  std::vector<std::string> words_;
  std::optional<std::string> expect_;
  std::string type_ = "model";
  bool json_ = false, quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> publish_command() { return std::make_unique<PublishCommand>(); }

}  // namespace hubcache::cli
