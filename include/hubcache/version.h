#pragma once

#include <string_view>

namespace [[gnu::visibility("default")]] hubcache {

/// "0.1.0": https://semver.org
std::string_view version();

}  // namespace hubcache
