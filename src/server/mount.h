// Maps addresses of an upstream to addresses of the local hub.
#pragma once

#include <string>
#include <string_view>

namespace hubcache::server {

/// The address of an upstream, which may have a path (Artifactory), and the corresponding address of the local hub.
/// Both without a slash at the end; both empty if addresses are passed on unchanged.
struct Mount {
  std::string upstream, root;
};

/// Returns the value of a response's field for the client. In Location and Link, addresses below the upstream's are
/// replaced by those of the local hub: absolute by absolute, a path by a path. A path of the upstream's host that is
/// not below the upstream's path becomes an absolute address of that host. `requested`: the requested address.
std::string field_for_client(const Mount& mount, const std::string& requested, std::string_view name,
                             std::string_view value);

}  // namespace hubcache::server
