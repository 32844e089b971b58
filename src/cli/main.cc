// The command: parses, calls the library, prints. The only file that includes CLI11, which is slow to compile.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <hubcache/hubcache.h>

#include "base/log.h"
#include "base/text.h"

namespace {

using namespace hubcache;

constexpr const char* exit_codes =
    "Exit codes: 0 ok, 1 failed, 2 usage, 3 a check found a download or a difference,\n"
    "4 hub or credentials, 5 conflict or locked, 130 interrupted.\n";

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

bool wants_colour(const Environment& environment) {
  return isatty(STDERR_FILENO) && environment.get("NO_COLOR").value_or("").empty() && environment.get("TERM") != "dumb";
}

int fail(const Environment& environment, const Error& error, bool as_json) {
  if (as_json) print(to_json(error));
  const bool colour = wants_colour(environment);
  std::fprintf(stderr, "%shubcache: %s%s\n", colour ? "\033[31m" : "", error.message.c_str(), colour ? "\033[0m" : "");
  if (!error.hint.empty()) std::fprintf(stderr, "  %s\n", error.hint.c_str());
  return static_cast<int>(error.code);
}

/// Prints a report, or the error.
template <class Report>
int tell(const Environment& environment, const Result<Report>& report, bool as_json) {
  if (!report) return fail(environment, report.error(), as_json);
  print(as_json ? to_json(*report) : to_text(*report));
  return 0;
}

/// What all commands share.
struct Common {
  bool json = false;
  std::string target = "aistudio", type = "model";
  std::optional<std::string> place;

  void add_to(CLI::App& command, bool with_type) {
    command.footer(exit_codes);
    command.add_flag("--json", json, "print JSON with a schema number");
    command.add_option("--target", target, "the client: aistudio, or aistudio-dir for local_dir=")->capture_default_str();
    command.add_option("--place", place, "with aistudio-dir: the folder that is given as local_dir");
    if (with_type) command.add_option("--repo-type", type, "model or dataset")->capture_default_str();
  }
};

struct AdoptCommand {
  Common common;
  AdoptRequest request;
  std::string folder, link = "auto", take;
  bool no_pin = false;

  void add_to(CLI::App& app) {
    CLI::App& command = *app.add_subcommand("adopt", "make the client take the files of DIR as the repo's");
    common.add_to(command, true);
    command.add_option("REPO_ID", request.repo_id, "owner/name, as in ctbots/first-paddle-model")->required();
    command.add_option("DIR", folder, "the folder with the model's files; it may be the client's place itself")->required();
    command.add_option("--revision", request.revision, "branch, tag or commit")->capture_default_str();
    command.add_option("--link", link, "auto, symlink, hardlink, reflink or copy")->capture_default_str();
    command.add_flag("--no-pin", no_pin, "do not accept the files any more after a push to the hub");
    command.add_flag("--offline", request.offline, "do not ask the hub");
    command.add_flag("--require-complete", request.require_complete, "change nothing if the client would still download something (exit 3)");
    command.add_option("--include", request.include, "only files that match the pattern (as in .gitignore); may be repeated")->allow_extra_args(false);
    command.add_option("--exclude", request.exclude, "no files that match the pattern; may be repeated")->allow_extra_args(false);
    command.add_option("--take", take, "mine or hub: which version wins of a file that the client has replaced in place");
    command.add_flag("--dry-run", request.dry_run, "say what would be done, change nothing");
  }

  Result<AdoptRequest> checked() const {
    AdoptRequest checked = request;
    checked.folder = folder;
    checked.target = common.target;
    checked.place = common.place;
    checked.pin = !no_pin;
    const auto type = parse_repo_type(common.type);
    if (!type) return type.error();
    checked.type = *type;
    if (link != "auto") {
      const auto kind = parse_link_kind(link);
      if (!kind) return kind.error();
      checked.link = *kind;
    }
    if (!take.empty() && take != "mine" && take != "hub") return Error{ErrorCode::usage, "no winner: " + in_quotes(take), "say --take mine or --take hub"};
    if (!take.empty()) checked.take = take == "mine" ? Winner::mine : Winner::hub;
    checked.tell = [](std::string_view line) { std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data()); };
    return checked;
  }

  int run(const Environment& environment) const {
    const auto request_to_run = checked();
    if (!request_to_run) return fail(environment, request_to_run.error(), common.json);
    return tell(environment, adopt(environment, *request_to_run), common.json);
  }
};

/// release and restore: one repo, one report.
struct UndoCommand {
  Common common;
  std::string repo_id;

  void add_to(CLI::App& app, const std::string& name, const std::string& text) {
    CLI::App& command = *app.add_subcommand(name, text);
    common.add_to(command, true);
    command.add_option("REPO_ID", repo_id, "owner/name")->required();
  }

  int run(const Environment& environment, Result<ReleaseReport> (*act)(const Environment&, const ReleaseRequest&)) const {
    const auto type = parse_repo_type(common.type);
    if (!type) return fail(environment, type.error(), common.json);
    return tell(environment, act(environment, {repo_id, common.target, *type, common.place}), common.json);
  }
};

struct StatusCommand {
  Common common;
  StatusRequest request;
  bool check = false, verbose = false;

  void add_to(CLI::App& app) {
    CLI::App& command = *app.add_subcommand("status", "what stands in the client's places, and what it will do with it");
    common.add_to(command, false);
    command.add_option("REPO_ID", request.repo_ids, "owner/name; none: every repo in the client's places");
    command.add_flag("--offline", request.offline, "do not ask the hub");
    command.add_flag("--check", check, "exit 3 if anything would be downloaded or lost");
    command.add_flag("-v,--verbose", verbose, "file by file");
  }

  /// Where the hub could not be asked, a check cannot say that all is well.
  static int verdict_of(const StatusReport& report) {
    bool differs = false, unknown = false;
    for (const RepoStatus& repo : report.repos) {
      differs = differs || repo.downloads > 0 || repo.losses > 0 || repo.state == RepoState::damaged;
      unknown = unknown || !repo.hub_error.empty();
    }
    if (differs) return static_cast<int>(ErrorCode::difference);
    return unknown ? static_cast<int>(ErrorCode::hub) : 0;
  }

  int run(const Environment& environment) const {
    StatusRequest asked = request;
    asked.target = common.target;
    asked.place = common.place;
    const auto report = status(environment, asked);
    if (!report) return fail(environment, report.error(), common.json);
    print(common.json ? to_json(*report) : to_text(*report, verbose));
    return check ? verdict_of(*report) : 0;
  }
};

/// --help and --version come this way too.
int parse_failure(const CLI::App& app, const CLI::ParseError& problem, const std::vector<std::string>& words) {
  if (problem.get_exit_code() == 0) return app.exit(problem);
  std::string command = "hubcache";
  for (const CLI::App* subcommand : app.get_subcommands()) command += " " + subcommand->get_name();
  const bool as_json = std::ranges::find(words, "--json") != words.end();
  return fail(Environment::capture(), {ErrorCode::usage, printable(problem.what()), "see " + command + " --help"}, as_json);
}

}  // namespace

int main(int count, char** words) {
  CLI::App app("hubcache makes model-hub clients take local, edited models as the hub's own.", "hubcache");
  app.set_version_flag("--version", "hubcache " + std::string(version()));
  app.footer(exit_codes);
  app.require_subcommand(1);
  AdoptCommand adopt_command;
  UndoCommand release_command, restore_command;
  StatusCommand status_command;
  adopt_command.add_to(app);
  release_command.add_to(app, "release", "undo an adoption exactly");
  restore_command.add_to(app, "restore", "after an adoption in place: put your own files back where the client replaced them");
  status_command.add_to(app);
  try {
    app.parse(count, words);
  } catch (const CLI::ParseError& problem) {
    return parse_failure(app, problem, {words + std::min(count, 1), words + count});
  }
  const Environment environment = Environment::capture();
  set_up_log(environment);
  if (app.got_subcommand("adopt")) return adopt_command.run(environment);
  if (app.got_subcommand("release")) return release_command.run(environment, release);
  if (app.got_subcommand("restore")) return restore_command.run(environment, restore);
  return status_command.run(environment);
}
