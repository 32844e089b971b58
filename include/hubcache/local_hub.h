// A local hub on 127.0.0.1 that serves adopted repos to clients and forwards all other requests.
#pragma once

#include <cstdint>
#include <filesystem>
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
  bool offline = false;            ///< contact no hub, and refuse the command's other connections to hubs
  bool deny_all = false;           ///< refuse connections to all other hosts too; implies `offline`
  bool allow_other_users = false;  ///< answer programs of every user of this machine, not only of this user and root
  std::optional<std::string> upstream = {};  ///< hub of ids without a prefix; overrides the user's variables; not
                                             ///< with `offline`
  bool trust_owner = false;                  ///< also serve adoptions whose record another user may have written
  std::function<void(std::string_view)> tell = {};     ///< receives lines for people; called on the hub's thread
  std::function<void(const Progress&)> progress = {};  ///< called ten times a second while files are hashed, before the
                                                       ///< start
  std::function<void(const std::string& url)> ready =
      {};  ///< called when the hub can answer clients, before the command starts
};

struct RunRequest {
  std::vector<std::string> command;  ///< the program, looked up in PATH, and its arguments
  LocalHubOptions hub;
};

/// Runs the command with a local hub. The command's environment points clients at the local hub, which ends with the
/// command. Passes SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 and SIGWINCH on to the command, unless the
/// terminal sent the signal: the terminal then sends it to the command too. Before the command starts, while files are
/// scanned and hashed, these signals have their default effect on this process. If this process is killed, the command
/// gets SIGTERM.
/// Returns the command's exit code, 128 + the signal that ended it, 126 if it cannot be executed, or 127 if it is not
/// found. On an Error, the local hub could not be started, and the command was not started. Changes the signal mask and
/// the limit of open files while it runs: call it only in a process that does nothing else.
Result<int> run(const Environment& environment, const RunRequest& request);

constexpr std::uint16_t local_hub_port = 8477;

/// How `serve` serves published repos, and other machines.
struct SharedHubOptions {
  /// Stores with published repos ("s3://bucket/prefix" or a folder), in the order in which they are asked; "adopted":
  /// the adoptions of this machine, which come first. Empty: these adoptions only.
  std::vector<std::string> from = {};
  std::string listen = {};  ///< "ADDRESS:PORT", ADDRESS being an IP address (IPv6 in brackets); "": 127.0.0.1
  /// A file with the tokens of clients, one a line, that only its owner can read. Each request then needs one of them.
  std::optional<std::filesystem::path> token_file = {};
  bool no_token = false;              ///< answer clients of other machines without a token
  std::string public_url = {};        ///< the hub's address as clients know it; "": the one that it listens on
  std::string store_public_url = {};  ///< the store's address as clients know it; "": the store's own
  bool redirects = true;              ///< large files come from the store, not through the hub
  std::string redirect_via = {};      ///< address of a cache in front of the store, to which clients are sent; "": none
  /// A file to which a line of JSON is appended for each answered request; "-" is stdout. The lines have no query and
  /// no header of a request.
  std::optional<std::filesystem::path> access_log = {};
};

struct ServeRequest {
  std::uint16_t port = local_hub_port;  ///< 0: any free port; not used with SharedHubOptions::listen
  LocalHubOptions hub;
  SharedHubOptions shared = {};
};

/// Serves until SIGTERM or SIGINT (before the hub is ready, they end the process), then completes running requests
/// within 30 seconds. SIGHUP makes it read its token file again and open its access log again.
/// Answers on the socket that LISTEN_PID and LISTEN_FDS of `environment` pass, if there is one (sd_listen_fds(3)), and
/// not on `port`. ErrorCode::conflict if the port is in use, ErrorCode::interrupted after SIGINT, ErrorCode::usage if
/// it would answer other machines without a token.
Result<void> serve(const Environment& environment, const ServeRequest& request);

/// Returns the variables that point all clients at a hub that another machine serves at `url`, and give them its token
/// (may be empty). ErrorCode::usage if `url` is not an http or https URL.
Result<std::vector<std::pair<std::string, std::string>>> shared_hub_variables(const std::string& url,
                                                                              const std::string& token);

/// Returns the variables that point clients at the local hub on the port; nullopt: unset the variable. `tell` (may be
/// empty) receives a line for people if clients in this environment validate hashes, but that hub was started without
/// hash validation. ErrorCode::failed if no hub answers on the port, or if the hub belongs to another user than this
/// one and root: clients send their tokens to the hub.
Result<std::vector<std::pair<std::string, std::optional<std::string>>>> local_hub_variables(
    const Environment& environment, std::uint16_t port, const std::function<void(std::string_view)>& tell = {});

}  // namespace hubcache
