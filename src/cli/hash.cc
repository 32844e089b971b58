#include <unistd.h>

#include <hubcache/hash.h>

#include "base/language.h"
#include "cli/command.h"
#include "cli/progress.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class HashCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("hash", say("print SHA-256, git or LFS ids of files"));
    command.footer(
        say("Symlinks are followed. Devices, pipes, sockets and - (standard input) are refused with exit code 1.\nWith "
            "--json, path_bytes has the hexadecimal bytes of a name that is not UTF-8.\n"));
    command.add_option("PATH", paths_, say("files, and folders with all files in them"))->required();
    command.add_flag("--git", kinds_.git, say("print the git blob id, as git hash-object --no-filters does"));
    command.add_flag("--sha256", kinds_.sha256, say("print SHA-256 (the default)"));
    command.add_flag("--lfs", kinds_.lfs, say("print the git blob id of the file's Git LFS pointer"));
    command.add_flag("--json", json_, say("print JSON with a schema number"));
    command.add_flag("-q,--quiet", quiet_, say("no progress bar"));
  }

  int run(const Environment& environment) const override {
    const auto report = hash(environment);
    if (!report) return fail(environment, report.error(), json_);
    if (json_) print(to_json(*report));
    else print_lines(*report);
    for (const std::string& warning : report->warnings) complain(say("warning: {}", warning));
    for (const UnhashedFile& file : report->unhashed) complain(say("error: {}", file.why));
    return report->unhashed.empty() ? 0 : static_cast<int>(ErrorCode::failed);
  }

 private:
  /// Prints a line for each file. Prints the names unchanged into a pipe or a file, as sha256sum does.
  static void print_lines(const HashReport& report) {
    constexpr std::size_t at_once = 64 << 10;
    const auto print = isatty(STDOUT_FILENO) ? print_text : cli::print;
    std::string lines;
    for (const HashedFile& file : report.files) {
      lines += to_text(file, report.kinds);
      if (lines.size() < at_once) continue;
      print(lines);
      lines.clear();
    }
    print(lines);
  }

  Result<HashReport> hash(const Environment& environment) const {
    ProgressBar bar(quiet_);
    HashRequest request{{paths_.begin(), paths_.end()}, kinds_, bar.callback()};
    if (!kinds_.git && !kinds_.lfs) request.kinds.sha256 = true;
    return hash_files(environment, request);
  }

  std::vector<std::string> paths_;
  DigestKinds kinds_;
  bool json_ = false, quiet_ = false;
};

}  // namespace

std::unique_ptr<Command> hash_command() { return std::make_unique<HashCommand>(); }

}  // namespace hubcache::cli
