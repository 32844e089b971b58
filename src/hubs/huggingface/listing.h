// Lists repos of Hugging Face's hub.
#pragma once

#include "hub/hub.h"

namespace hubcache::hub {

/// Lists a model or data set as huggingface_hub 2.4.0 does (snapshot_download.snapshot_download): its commit, then the
/// tree at that commit, page by page. RemoteTree::version is the commit. For host and token see
/// huggingface_endpoint(). Every Error is ErrorCode::hub (ErrorCode::usage for an invalid HF_ENDPOINT;
/// ErrorCode::conflict for a repo that contains the client's own metadata), names the URL without secrets, and has a
/// hint for the next step.
Result<Listing> list_huggingface(http::Connections& connections, const Environment& environment, const RepoRef& repo);

}  // namespace hubcache::hub
