#include "base/language.h"
#include "cli/command.h"
#include "cli/completion_scripts.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

/// Prints the script. The script itself calls `hubcache completion --words WORD…`, which main() answers: these words
/// are no command line of hubcache yet, so CLI11 cannot parse them.
class CompletionCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command =
        *app.add_subcommand("completion", say("print the script that completes hubcache's words in a shell"));
    command.add_option("SHELL", shell_, say("bash, zsh or fish"))
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    command.footer(
        say("To install it for your user:\n"
            "  bash: mkdir -p ~/.local/share/bash-completion/completions\n"
            "        hubcache completion bash >~/.local/share/bash-completion/completions/hubcache\n"
            "        (needs the package bash-completion; without it: source it in ~/.bashrc)\n"
            "  zsh:  hubcache completion zsh >FOLDER/_hubcache, with a FOLDER of $fpath\n"
            "  fish: mkdir -p ~/.config/fish/completions\n"
            "        hubcache completion fish >~/.config/fish/completions/hubcache.fish\n"));
  }

  int run(const Environment&) const override {
    print(shell_ == "bash" ? bash_completion : shell_ == "zsh" ? zsh_completion : fish_completion);
    return 0;
  }

 private:
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> completion_command() { return std::make_unique<CompletionCommand>(); }

}  // namespace hubcache::cli
