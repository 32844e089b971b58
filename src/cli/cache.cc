#include <hubcache/hash.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/tell.h"

namespace hubcache::cli {
namespace {

class CacheCommand final : public Command {
 public:
  void add_to(CLI::App& app) override {
    CLI::App& command = *app.add_subcommand("cache", say("show or delete the cached file digests"));
    command.require_subcommand(1);
    stats_ = command.add_subcommand("stats", say("show the cache's path, size and number of digests"));
    stats_->add_flag("--json", json_, say("print JSON with a schema number"));
    command.add_subcommand("clear", say("delete the cache; the next run hashes every file again"));
  }

  int run(const Environment& environment) const override {
    if (stats_->parsed()) return tell(environment, cache_stats(environment), json_);
    const auto before = cache_stats(environment);
    if (!before) return fail(environment, before.error(), false);
    if (const auto cleared = clear_cache(environment); !cleared) return fail(environment, cleared.error(), false);
    print(say("deleted the digest cache: {}, {}\n", counted(before->files, "file"), human_size(before->bytes)));
    return 0;
  }

 private:
  CLI::App* stats_ = nullptr;
  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> cache_command() { return std::make_unique<CacheCommand>(); }

}  // namespace hubcache::cli
