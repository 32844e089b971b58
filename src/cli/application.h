// The command line as CLI11 knows it: all subcommands with their options. It is parsed, and read for completion and man
// pages.
#pragma once

#include <memory>
#include <vector>

#include <CLI/CLI.hpp>

#include "cli/command.h"

namespace hubcache::cli {

class Application {
 public:
  Application();

  CLI::App& app() { return app_; }
  const CLI::App& app() const { return app_; }
  /// Returns the command that has been parsed. There is exactly one after a parse without error.
  const Command& chosen() const;

 private:
  CLI::App app_;
  std::vector<std::unique_ptr<Command>> commands_;  ///< in the order of the app's subcommands
};

/// Returns the subcommands of an app.
std::vector<const CLI::App*> subcommands_of(const CLI::App& app);

}  // namespace hubcache::cli
