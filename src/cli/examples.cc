#include "cli/examples.h"

#include <map>
#include <vector>

#include <fmt/format.h>

#include "base/language.h"
#include "hubs/registry.h"

namespace hubcache::cli {

constexpr const char* exit_codes = marked(
    "Exit codes: 0 ok, 1 failed, 2 usage, 3 a check found a download or a difference,\n"
    "4 hub or credentials, 5 conflict or locked, 130 interrupted.\n");

namespace {

constexpr const char* exit_codes_of_run = marked(
    "Exit codes: those of COMMAND; 125 hubcache itself failed, 126 COMMAND cannot be executed,\n"
    "127 COMMAND is not found, 128 + N signal N ended COMMAND.\n");

/// The examples of each command. Each gets the prefix "hubcache " unless it calls hubcache in a shell substitution.
using Examples = std::map<std::string_view, std::vector<std::string>>;

Examples all_examples() {
  Examples examples = {
      {"adopt", {"adopt ctbots/first-paddle-model ./my-model"}},
      {"refresh", {"refresh", "refresh --check", "refresh ctbots/first-paddle-model"}},
      {"release", {"release ctbots/first-paddle-model"}},
      {"restore", {"restore ctbots/first-paddle-model"}},
      {"status", {"status", "status -v ctbots/first-paddle-model", "status --check --json"}},
      {"verify", {"verify", "verify ctbots/first-paddle-model --local-dir ./my-model", "verify --fail-on edited"}},
      {"ls", {"ls", "ls --filter 'size>1G' --filter 'used>30d'", "ls --csv"}},
      {"du", {"du", "du --json"}},
      {"prune", {"prune --dry-run", "prune ctbots/first-paddle-model -y"}},
      {"rm", {"rm ctbots/first-paddle-model --dry-run", "rm ctbots/first-paddle-model -y"}},
      {"dedupe", {"dedupe --dry-run", "dedupe ~/models --yes"}},
      {"targets", {"targets", "targets --python .venv/bin/python"}},
      {"doctor", {"doctor", "doctor --json"}},
      {"run", {"run --offline -- python train.py"}},
      {"serve",
       {"serve", "serve --offline --port 9000",
        "serve --from s3://models/team --listen 0.0.0.0:8477 --token-file tokens --offline"}},
      {"env",
       {"eval \"$(hubcache env)\"", "hubcache env --shell fish | source",
        "env --hub http://hub:8477 --token-file tokens"}},
      {"publish",
       {"publish ctbots/first-paddle-model ./my-model s3://models/team",
        "publish ctbots/first-paddle-model /mnt/disk"}},
      {"store", {"store ls s3://models/team", "store gc /mnt/disk --dry-run", "store check s3://models/team"}},
      {"hash", {"hash ./my-model", "hash --git ./my-model/config.json"}},
      {"cache", {"cache stats", "cache clear"}},
      {"completion",
       {"source <(hubcache completion bash)", "source <(hubcache completion zsh)",
        "hubcache completion fish | source"}},
  };
  for (const hub::Hub* hub : hubs::all()) {
    if (!hub->id_prefix.empty()) examples["adopt"].push_back(fmt::format("adopt {}:acme/bert ./bert", hub->id_prefix));
  }
  return examples;
}

}  // namespace

std::string help_footer(std::string_view command, const std::string& remarks) {
  std::string text = remarks.empty() ? "" : remarks + "\n";
  text += say("Examples:\n");
  const Examples all = all_examples();
  for (const std::string& example : all.at(command)) {
    const bool is_whole = example.find("hubcache ") != example.npos;
    text += "  " + std::string(is_whole ? "" : "hubcache ") + example + "\n";
  }
  text += "\n" + std::string(translated(command == "run" ? exit_codes_of_run : exit_codes));
  text.pop_back();  // the last line end
  return text;
}

}  // namespace hubcache::cli
