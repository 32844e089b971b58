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

}  // namespace hubcache::hub
