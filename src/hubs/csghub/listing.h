// Lists repos of CSGHub's hub.
#pragma once

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "http/client.h"
#include "hub/endpoint.h"
#include "hub/hub.h"

namespace hubcache::hub {

/// Lists a repo as csghub-sdk does, by `revision`. For a model the hub also sends ids and sizes of the files; for a
/// data set only their names. Every Error is ErrorCode::hub (ErrorCode::usage for an invalid address;
/// ErrorCode::conflict for a repo that contains the client's own metadata), names the URL without secrets, and has a
/// hint for the next step.
Result<Listing> list_csghub(http::Connections& connections, const Environment& environment, const RepoRef& repo);

/// Lists a repo of the hub at `endpoint`; uses only the environment's proxies and certificates.
Result<Listing> list_csghub_at(const Endpoint& endpoint, http::Connections& connections, const Environment& environment,
                               const http::Limits& limits, const RepoRef& repo);

}  // namespace hubcache::hub
