#pragma once

#include <string_view>

namespace [[gnu::visibility("default")]] hubcache {

/// Returns a semantic version such as "0.1.0" (https://semver.org).
std::string_view version();

}  // namespace hubcache
