// The hubs, each in a file of its own.
#pragma once

#include <cstdint>

#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "hub/local.h"
#include "repo/hub_kind.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

struct Listing {
  RemoteTree tree;
  std::uint64_t requests = 0;
};

/// What the repo holds at its revision. Every Error of a hub is ErrorCode::hub (see each hub for what else there is),
/// names the URL without secrets, and hints at the next step.
Result<Listing> list(HubKind hub, const Environment& environment, const RepoRef& repo, const Local& local);

/// Where that hub is in this environment, in a form that can be compared and shown: scheme://host[:port][/prefix],
/// without a user, a default port or a slash at the end. The local hub's own address counts as the hub behind it.
Result<std::string> address(HubKind hub, const Environment& environment);

/// The variable that names the hub's address.
const char* address_variable(HubKind hub);

/// The variable that keeps the hub's own clients from asking it, where one does; else "".
std::string offline_variable(HubKind hub, const Environment& environment);

}  // namespace hubcache::hub
