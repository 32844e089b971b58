#include "base/language.h"
#include "cli/command.h"
#include "cli/tell.h"
#include "hubs/registry.h"

namespace hubcache::cli {

void Common::add_to(CLI::App& command, std::string_view default_target, bool with_type) {
  command.add_flag("--json", json, say("print JSON with a schema number"));
  command
      .add_option("--target", targets,
                  say("target name (see `hubcache targets`); may be repeated; default: {}", default_target))
      ->allow_extra_args(false);
  // An existing adoption records its target; for a new adoption the user has to name it.
  const bool is_new = command.get_name() == "adopt";
  command.add_option("--place", place,
                     is_new ? say("folder that your program passes to its client (local_dir); needs one of these "
                                  "targets: {}",
                                  hubs::local_dir_targets())
                            : say("folder that your program passes to its client (local_dir)"));
  if (with_type) command.add_option("--repo-type", type, say("model or dataset"))->capture_default_str();
}

namespace {

void add_trust_owner(CLI::App& command, bool& flag) {
  command.add_flag("--trust-owner", flag, say("also act on adoptions whose record another user may have written"));
}

}  // namespace

void Common::add_trust_owner_to(CLI::App& command) { add_trust_owner(command, trust_owner); }

void say_line(std::string_view line) { complain(say("hubcache: {}", line)); }

void HubOptions::add_to(CLI::App& command) {
  auto* option = command.add_flag("--offline", offline,
                                  say("contact no hub: serve adopted repos only, and refuse connections to the hubs"));
  command
      .add_option("--upstream", upstream,
                  say("hub that gets all other requests; default: the hub that {} names",
                      hubs::all().front()->address_variable))
      ->excludes(option);
  command.add_flag("--allow-other-users", allow_other_users,
                   say("answer programs of all users of this machine; default: only yours and root's"));
  command.add_flag("-q,--quiet", quiet, say("no progress bar"));
  add_trust_owner(command, trust_owner);
}

LocalHubOptions HubOptions::checked(std::optional<ProgressBar>& bar) const {
  LocalHubOptions options;
  options.offline = offline;
  options.deny_all = deny_all;
  options.allow_other_users = allow_other_users;
  options.upstream = upstream;
  options.trust_owner = trust_owner;
  options.tell = say_line;
  options.progress = bar.emplace(quiet).callback();
  options.ready = [&bar](const std::string&) { bar.reset(); };
  return options;
}

}  // namespace hubcache::cli
