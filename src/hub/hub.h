// A hub: a remote service that hosts repos, with its clients. The code for each hub is in its own folder in src/hubs;
// hubs/registry.cc lists the hubs.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "http/connections.h"
#include "http/proxy.h"
#include "hub/local.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

struct Checkup;
struct Dialect;
struct Target;

struct Listing {
  RemoteTree tree;
  std::uint64_t requests = 0;
};

/// One constant object for each hub.
struct Hub {
  std::string_view name;       ///< one word
  std::string_view title;      ///< the name for users
  std::string_view id_prefix;  ///< the prefix of this hub's ids, as users type it, without the colon; "" for none
  std::string_view default_revision;  ///< the branch that a client requests if its user names none
  std::string_view default_target;    ///< the target if a command names none
  std::string_view local_dir_target;  ///< the target if a command names only a folder (--place); "" if there is none
  const char* address_variable;       ///< the variable from which the clients read the hub's address
  const char* upstream_variable;      ///< keeps the hub's address while `address_variable` names a local hub
  /// The clients' rules for no_proxy.
  http::ProxyRules proxy_rules;
  /// The hub's hosts and the hosts that serve its files, with all subdomains: `run --offline` refuses them.
  std::span<const std::string_view> hosts;
  /// Whether the clients' cache holds many repos that are not adopted: `status` then asks the hub only about adopted
  /// repos.
  bool caches_many_repos = false;
  /// Whether the hub's API distinguishes a model from a data set with the same id.
  bool tells_types_apart = true;

  /// Returns the hub's address from the clients' variables. ErrorCode::usage if they are invalid.
  Result<std::string> (*named_address)(const Environment&);
  /// Returns the name of the set variable that stops the clients from contacting the hub; "" if none is set.
  std::string (*offline_variable)(const Environment&);
  /// Returns a note for every user of this environment, one sentence; "" for none.
  std::string (*environment_note)(const Environment&);
  /// Lists the repo. Several threads may call this at the same time.
  Result<Listing> (*list)(http::Connections&, const Environment&, const RepoRef&, const Local&);
  std::span<const Target* const> (*targets)();
  std::unique_ptr<Dialect> (*dialect)();
  const Checkup* checkup;  ///< what `doctor` has to know; never nullptr
};

/// Lists the files of the repo at its revision. Errors are ErrorCode::hub (each hub documents its other codes); they
/// contain the URL without secrets, and a hint for the next step.
Result<Listing> list(const Hub& hub, http::Connections& connections, const Environment& environment,
                     const RepoRef& repo, const Local& local);

/// Returns the hub's address in this environment in a form for comparison and messages: scheme://host[:port][/prefix],
/// without a user, a default port or a slash at the end. If the variables name the local hub, returns the address of
/// the real hub.
Result<std::string> address(const Hub& hub, const Environment& environment);

}  // namespace hubcache::hub
