// Lists repos of ModelScope's hub.
#pragma once

#include <chrono>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "http/client.h"
#include "http/connections.h"
#include "hub/endpoint.h"
#include "hub/hub.h"

namespace hubcache::hub {

/// Lists a repo as modelscope does: a model by `repo/files`, a data set by the pages of `repo/tree`. The hub ends a
/// model's listing after 3,000 entries; hubcache then lists each folder, as clients since 1.38 do. Without a variable
/// that names the hub, a repo that the first site lacks is requested from the second site. Every Error is
/// ErrorCode::hub (ErrorCode::usage for an invalid address; ErrorCode::conflict for a repo that contains the client's
/// own metadata), names the URL without secrets, and has a hint for the next step.
Result<Listing> list_modelscope(http::Connections& connections, const Environment& environment, const RepoRef& repo);

/// Limits of a listing for which a client waits.
struct ListingLimits {
  http::Limits request = {};  ///< for each request
  /// After that, no request is sent, and the listing fails.
  std::chrono::steady_clock::time_point last_request = std::chrono::steady_clock::time_point::max();
};

/// Lists a repo of the hub at `endpoint`; uses only the environment's proxies and certificates. Does not request the
/// revisions, so RemoteTree::snapshot_raises is "".
Result<Listing> list_modelscope_at(const Endpoint& endpoint, http::Connections& connections,
                                   const Environment& environment, const ListingLimits& limits, const RepoRef& repo);

}  // namespace hubcache::hub
