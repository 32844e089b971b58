// Hugging Face's hub.
#pragma once

#include "hub/hub.h"

namespace hubcache::hub {

/// Lists a model or data set as huggingface_hub 2.4.0 does (snapshot_download.snapshot_download): its commit, then the
/// tree at that commit, page by page. RemoteTree::version is the commit. Host, token: see huggingface_endpoint. Every
/// Error is ErrorCode::hub (ErrorCode::usage for an HF_ENDPOINT that is none; ErrorCode::conflict for a repo that holds
/// the client's own metadata), names the URL without secrets, and hints at the next step.
Result<Listing> list_huggingface(http::Connections& connections, const Environment& environment, const RepoRef& repo);

}  // namespace hubcache::hub
