// AI Studio's hub: the API of a Gitea server.
#pragma once

#include "http/client.h"
#include "hub/endpoint.h"
#include "hub/hub.h"

namespace hubcache::hub {

/// Lists a repo as aistudio_sdk 0.3.9 does (snapshot_download.get_model_files), and checks it against `contents`.
/// Host, token: STUDIO_GIT_HOST, CURRENT_ENV, AISTUDIO_ACCESS_TOKEN, the token file, by the SDK's own rules.
/// At most seven questions for up to 3,000 names: of the LFS files that are not local the real sizes are asked for as
/// far as these go. In one round where the hub has what the user has. Every Error is ErrorCode::hub (ErrorCode::usage
/// for a CURRENT_ENV or host that is none; ErrorCode::conflict for a repo that holds the SDK's own metadata), names the
/// URL without secrets, and hints at the next step.
Result<Listing> list_aistudio(http::Connections& connections, const Environment& environment, const RepoRef& repo,
                              const Local& local);
/// The same of the hub at `endpoint`; of the environment only proxies and certificates count.
Result<Listing> list_aistudio_at(const Endpoint& endpoint, http::Connections& connections,
                                 const Environment& environment, const http::Limits& limits, const RepoRef& repo,
                                 const Local& local);

}  // namespace hubcache::hub
