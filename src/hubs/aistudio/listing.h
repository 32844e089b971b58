// Lists repos of AI Studio's hub, through the API of a Gitea server.
#pragma once

#include "http/client.h"
#include "hub/endpoint.h"
#include "hub/hub.h"

namespace hubcache::hub {

/// Lists a repo as aistudio_sdk 0.3.9 does (snapshot_download.get_model_files), and checks it against `contents`.
/// Takes host and token from STUDIO_GIT_HOST, CURRENT_ENV, AISTUDIO_ACCESS_TOKEN and the token file, by the SDK's
/// rules. For up to 3,000 names of a branch or commit, makes at most seven requests if the hub's answers agree. With
/// the requests that are left it gets the real sizes of LFS files that the user lacks. For master or a commit, one
/// round of requests suffices if the hub has the user's files. Every Error is ErrorCode::hub (ErrorCode::usage for an
/// invalid CURRENT_ENV or host; ErrorCode::conflict for a repo that contains the SDK's own metadata), names the URL
/// without secrets, and has a hint for the next step.
Result<Listing> list_aistudio(http::Connections& connections, const Environment& environment, const RepoRef& repo,
                              const Local& local);
/// Lists a repo of the hub at `endpoint`; uses only the environment's proxies and certificates.
Result<Listing> list_aistudio_at(const Endpoint& endpoint, http::Connections& connections,
                                 const Environment& environment, const http::Limits& limits, const RepoRef& repo,
                                 const Local& local);

}  // namespace hubcache::hub
