// The API of Hugging Face's hub, which several hubs have: answers the requests of huggingface_hub 0.26 to 2.4 for info,
// tree, paths-info, refs and resolve of adopted repos. The answers come from this machine only: they list the adopted
// files, at the commit of the adoption.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "hub/dialect.h"

namespace hubcache::hub::hf_client {

struct Api {
  const Hub& hub;           ///< whose repos are served
  std::string_view prefix;  ///< of the path of each request
  std::string root;         ///< the local hub's address with the prefix, as the client knows it
};

/// Dialect::asked_repo for this API. `prefix`: of the path of each request.
std::optional<AskedRepo> asked_repo(const server::Request& request, std::string_view prefix);
/// Dialect::published_id for this API: a Git LFS file is known by the SHA-256 of its content.
inline ObjectId published_id(const PublishedIds& ids) { return ids.is_lfs ? ids.sha256 : ids.git; }

/// Answers a request, or passes it to the upstream.
void handle(const std::shared_ptr<server::Exchange>& exchange, Services& services, const Api& api);

}  // namespace hubcache::hub::hf_client
