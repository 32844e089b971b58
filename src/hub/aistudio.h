// AI Studio's hub: the API of a Gitea server.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "repo/remote_tree.h"

namespace hubcache::hub {

struct Listing {
  RemoteTree tree;
  std::uint64_t requests = 0;
};

/// Lists a repo as aistudio_sdk 0.3.9 does (snapshot_download.get_model_files), and checks it against `contents`.
/// Host, token: STUDIO_GIT_HOST, CURRENT_ENV, AISTUDIO_ACCESS_TOKEN, the token file, by the SDK's own rules.
/// `is_local` tells which paths the user has: of the others the real sizes of LFS files are wanted, for at most 16.
/// Every Error is ErrorCode::hub (ErrorCode::usage for a CURRENT_ENV or host that is none; ErrorCode::conflict for a repo
/// that holds the SDK's own metadata), names the URL without secrets, and hints at the next step.
Result<Listing> list_aistudio(const Environment& environment, const RepoRef& repo,
                              const std::function<bool(const RelPath&)>& is_local);

}  // namespace hubcache::hub
