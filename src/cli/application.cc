#include "cli/application.h"

#include <algorithm>

#include <hubcache/version.h>

#include "base/language.h"
#include "cli/examples.h"
#include "cli/parser_words.h"

namespace hubcache::cli {
namespace {

/// Sets the footer of the command's help. The text is created only when the help is printed.
void put_footer(CLI::App& command) {
  const std::string remarks = command.get_footer();
  command.footer("");  // CLI11 prints this text after the result of the function, which contains the remarks
  command.footer([name = command.get_name(), remarks] { return help_footer(name, remarks); });
}

}  // namespace

Application::Application() : app_(say("hubcache: load a local, edited model under its hub id"), "hubcache") {
  translate_words(app_);  // before the subcommands, which inherit them
  app_.set_version_flag("--version", "hubcache " + std::string(version()),
                        say("Display program version information and exit"));
  app_.require_subcommand(1);
  for (const auto make :
       {adopt_command,  refresh_command, release_command,   restore_command, status_command,  verify_command,
        ls_command,     du_command,      rm_command,        prune_command,   dedupe_command,  targets_command,
        doctor_command, run_command,     serve_command,     env_command,     publish_command, store_command,
        hash_command,   cache_command,   completion_command}) {
    commands_.push_back(make());
    commands_.back()->add_to(app_);
  }
  for (CLI::App* subcommand : app_.get_subcommands([](const CLI::App*) { return true; })) put_footer(*subcommand);
  app_.footer(std::string(translated(exit_codes)));  // set after the subcommands, which would inherit it
}

const Command& Application::chosen() const {
  const auto subcommands = subcommands_of(app_);
  const auto found = std::ranges::find_if(subcommands, [](const CLI::App* subcommand) { return subcommand->parsed(); });
  return *commands_[static_cast<std::size_t>(found - subcommands.begin())];
}

std::vector<const CLI::App*> subcommands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

}  // namespace hubcache::cli
