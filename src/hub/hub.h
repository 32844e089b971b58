// What a hub is: a remote service that hosts repos, with its clients. Everything about one hub lies in a folder of
// src/hubs; hubs/registry.cc lists them.
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

struct Dialect;
struct Target;

struct Listing {
  RemoteTree tree;
  std::uint64_t requests = 0;
};

/// One constant object for each hub.
struct Hub {
  std::string_view name;              ///< one word
  std::string_view title;             ///< for people
  std::string_view id_prefix;         ///< with which users type ids of this hub, without its colon; "" for none
  std::string_view default_revision;  ///< the branch that a client asks for when its user names none
  std::string_view default_target;    ///< of a command that names no target
  std::string_view local_dir_target;  ///< of a command that names only a folder (--place)
  const char* address_variable;       ///< names the hub's address to its clients
  const char* upstream_variable;      ///< keeps the hub's address where the clients' variable leads to a local hub
  /// How its clients read no_proxy.
  http::ProxyRules proxy_rules;
  /// Its own hosts, and those that its files come from, with all their subdomains: `run --offline` refuses them.
  std::span<const std::string_view> hosts;
  /// Whether the clients' cache holds many repos that nobody asks about: `status` asks the hub about the adopted ones.
  bool caches_many_repos = false;
  /// Whether the hub's API tells a model from a data set of the same id.
  bool tells_types_apart = true;

  /// The hub's address as the clients' variables name it. ErrorCode::usage where these are invalid.
  Result<std::string> (*named_address)(const Environment&);
  /// The variable that keeps the hub's clients from asking it; "" where none does.
  std::string (*offline_variable)(const Environment&);
  /// What every use in this environment should know, as a sentence for people; "" for nothing.
  std::string (*environment_note)(const Environment&);
  /// May be called by several threads at once.
  Result<Listing> (*list)(http::Connections&, const Environment&, const RepoRef&, const Local&);
  std::span<const Target* const> (*targets)();
  std::unique_ptr<Dialect> (*dialect)();
};

/// What the repo holds at its revision. Every Error of a hub is ErrorCode::hub (see each hub for what else there is),
/// names the URL without secrets, and hints at the next step.
Result<Listing> list(const Hub& hub, http::Connections& connections, const Environment& environment,
                     const RepoRef& repo, const Local& local);

/// The hub's address in this environment, in a form that can be compared and shown: scheme://host[:port][/prefix],
/// without a user, a default port or a slash at the end. For the local hub's own address: that of the hub behind it.
Result<std::string> address(const Hub& hub, const Environment& environment);

}  // namespace hubcache::hub
