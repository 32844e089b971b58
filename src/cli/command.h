// One subcommand a file: it parses, calls the library and prints. CLI11 is slow to compile: CMake precompiles its header.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include <hubcache/environment.h>
#include <hubcache/repo.h>

namespace hubcache::cli {

class Command {
 public:
  virtual ~Command() = default;
  /// Declares the subcommand and its options.
  virtual void add_to(CLI::App& app) = 0;
  /// Once the words are parsed; the exit code.
  virtual int run(const Environment& environment) const = 0;
};

std::unique_ptr<Command> adopt_command();
std::unique_ptr<Command> status_command();
std::unique_ptr<Command> release_command();
std::unique_ptr<Command> restore_command();
std::unique_ptr<Command> verify_command();
std::unique_ptr<Command> hash_command();
std::unique_ptr<Command> cache_command();

extern const char* const exit_codes;  ///< a paragraph for --help

/// The options that the commands on adoptions share.
struct Common {
  bool json = false;
  std::string target = "aistudio", type = "model";
  std::optional<std::string> place;

  void add_to(CLI::App& command, bool with_type);
};

}  // namespace hubcache::cli
