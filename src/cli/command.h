// Declares the subcommands. Each has its own file, which parses the arguments, calls the library and prints the result.
// CLI11 is slow to compile: CMake precompiles its header.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <hubcache/environment.h>
#include <hubcache/local_hub.h>
#include <hubcache/repo.h>

#include "cli/progress.h"

namespace hubcache::cli {

class Command {
 public:
  virtual ~Command() = default;
  /// Declares the subcommand and its options.
  virtual void add_to(CLI::App& app) = 0;
  /// Runs the parsed command. Returns the exit code.
  virtual int run(const Environment& environment) const = 0;
};

std::unique_ptr<Command> adopt_command();
std::unique_ptr<Command> status_command();
std::unique_ptr<Command> ls_command();
std::unique_ptr<Command> du_command();
std::unique_ptr<Command> rm_command();
std::unique_ptr<Command> prune_command();
std::unique_ptr<Command> dedupe_command();
std::unique_ptr<Command> release_command();
std::unique_ptr<Command> restore_command();
std::unique_ptr<Command> verify_command();
std::unique_ptr<Command> hash_command();
std::unique_ptr<Command> cache_command();
std::unique_ptr<Command> run_command();
std::unique_ptr<Command> serve_command();
std::unique_ptr<Command> env_command();
std::unique_ptr<Command> refresh_command();
std::unique_ptr<Command> publish_command();
std::unique_ptr<Command> store_command();
std::unique_ptr<Command> targets_command();
std::unique_ptr<Command> doctor_command();
std::unique_ptr<Command> completion_command();

/// The options that the commands on adoptions share.
struct Common {
  bool json = false;
  std::vector<std::string> targets;  ///< empty: the command's default
  std::string type = "model";
  std::optional<std::string> place;
  bool trust_owner = false;

  /// Declares the options. `default_target`: text for --help.
  void add_to(CLI::App& command, std::string_view default_target, bool with_type);
  void add_trust_owner_to(CLI::App& command);
};

/// Declares --target for the commands on the caches of all clients.
void add_cached_targets(CLI::App& command, std::vector<std::string>& targets);

/// Exit code of `hubcache run` if hubcache itself fails, as for env and docker: all other codes are the command's.
constexpr int own_failure = 125;

/// Prints a message of a local hub to stderr.
void say_line(std::string_view line);

/// The options of the commands that start a local hub.
struct HubOptions {
  bool offline = false, deny_all = false, allow_other_users = false, quiet = false, trust_owner = false;
  std::optional<std::string> upstream;

  void add_to(CLI::App& command);
  /// Returns the options for the library. Creates `bar`, which shows the progress until the hub is ready and must
  /// outlive the options.
  LocalHubOptions checked(std::optional<ProgressBar>& bar) const;
};

}  // namespace hubcache::cli
