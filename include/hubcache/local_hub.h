// A local hub on 127.0.0.1, which answers the clients' questions about adopted repos, and passes all others through.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/environment.h>
#include <hubcache/result.h>

namespace [[gnu::visibility("default")]] hubcache {

struct LocalHubOptions {
  bool offline = false;            ///< the hubs are not asked, and a command's other connections to them are refused
  bool deny_all = false;           ///< neither is anything else; implies `offline`
  bool allow_other_users = false;  ///< answers programs of every user of this machine, not only of this one and of root
  std::optional<std::string> upstream =
      {};                    ///< the hub of ids without a prefix, instead of the one that the user's variables name
  bool trust_owner = false;  ///< also serve adoptions whose record another user can have written
  std::function<void(std::string_view)> tell = {};     ///< receives lines for people; called on the hub's thread
  std::function<void(const Progress&)> progress = {};  ///< while files are hashed, before the start: ten times a second
  std::function<void(const std::string& url)> ready =
      {};  ///< called when clients can be answered, before the command starts
};

struct RunRequest {
  std::vector<std::string> command;  ///< the program, found by PATH, and its arguments
  LocalHubOptions hub;
};

/// Runs the command with a local hub beside it, for as long as it runs; its environment leads the clients to that.
/// SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 and SIGWINCH are passed on, unless the terminal has sent them,
/// which the command gets from there; before the command is started, while files are looked at and hashed, they end
/// this process as they would any other. If this process is killed, the command gets SIGTERM. The command's exit code,
/// 128 + the signal that ended it, 126 if it cannot be executed, 127 if it is not found. An Error: the local hub could
/// not be started, and the command was not. Changes the process's signal mask and its limit of open files meanwhile:
/// for a process that does nothing else.
Result<int> run(const Environment& environment, const RunRequest& request);

constexpr std::uint16_t local_hub_port = 8477;

struct ServeRequest {
  std::uint16_t port = local_hub_port;  ///< 0: a free one
  LocalHubOptions hub;
};

/// Serves until SIGTERM or SIGINT (which end the process itself before it is ready); then finishes what is under way,
/// for 30 seconds at most. ErrorCode::conflict where the port is taken, ErrorCode::interrupted after SIGINT.
Result<void> serve(const Environment& environment, const ServeRequest& request);

/// The variables by which clients find the local hub that runs on the port; none: to be unset. `tell` (may be empty)
/// receives a line for people where these clients want more than that hub was started for. ErrorCode::failed if none
/// answers there, or if it is another user's (root's is taken): clients send their tokens there.
Result<std::vector<std::pair<std::string, std::optional<std::string>>>> local_hub_variables(
    const Environment& environment, std::uint16_t port, const std::function<void(std::string_view)>& tell = {});

}  // namespace hubcache
