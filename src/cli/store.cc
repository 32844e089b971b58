#include <hubcache/publish.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/interrupts.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class StoreCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("store", say("list, inspect, clean and try a store of published repos"));
    command.require_subcommand(1);
    ls_ = add(command, "ls", say("list the published repos"));
    show_ = add(command, "show", say("list the files of a published repo"));
    add_repo(*show_, say("branch or tag; default: the hub's default"));
    rm_ = add(command, "rm", say("remove a published repo; its contents stay until gc"));
    add_repo(*rm_, say("branch or tag; default: all"));
    gc_ = add(command, "gc", say("remove contents that no published repo uses"));
    gc_->add_flag("--dry-run", dry_run_, say("print what would be removed, and change nothing"));
    check_ = add(command, "check", say("try whether hubcache can use the store; exit 3 if not"));
  }

  int run(const Environment& environment) const override {
    if (ls_->parsed()) return list(environment);
    const CancelOnSignal scope;
    if (gc_->parsed()) return tell(environment, collect_garbage(environment, {store_, dry_run_}), json_);
    if (check_->parsed()) return check(environment);
    const auto type = parse_repo_type(type_);
    if (!type) return fail(environment, type.error(), json_);
    const StoredRepoRequest request{store_, repo_id_, revision_, *type};
    if (show_->parsed()) return tell(environment, show_in_store(environment, request), json_);
    return tell(environment, remove_from_store(environment, request), json_);
  }

 private:
  CLI::App* add(CLI::App& command, const std::string& name, const std::string& text) {
    CLI::App* subcommand = command.add_subcommand(name, text);
    subcommand->add_flag("--json", json_, say("print JSON with a schema number"));
    subcommand->add_option("STORE", store_, say("s3://bucket/prefix, or a folder"))->required();
    return subcommand;
  }

  void add_repo(CLI::App& subcommand, const std::string& revision_text) {
    subcommand.add_option("REPO_ID", repo_id_, say("owner/name, with the hub's prefix if it has one"))->required();
    subcommand.add_option("--revision", revision_, revision_text);
    subcommand.add_option("--repo-type", type_, say("model or dataset"))->capture_default_str();
  }

  int list(const Environment& environment) const {
    const auto report = list_store(environment, store_);
    const int code = tell(environment, report, json_);
    return report && !report->unreadable.empty() ? static_cast<int>(ErrorCode::failed) : code;
  }

  int check(const Environment& environment) const {
    const auto report = check_store(environment, store_);
    const int code = tell(environment, report, json_);
    return report && !report->is_usable() ? static_cast<int>(ErrorCode::difference) : code;
  }

  CLI::App *ls_ = nullptr, *show_ = nullptr, *rm_ = nullptr, *gc_ = nullptr, *check_ = nullptr;
  std::string store_, repo_id_, revision_, type_ = "model";
  bool json_ = false, dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> store_command() { return std::make_unique<StoreCommand>(); }

}  // namespace hubcache::cli
