// A small plot of numbers, as a picture in a page.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "local_hub/html.h"

namespace hubcache::local_hub {

/// Returns an SVG with a bar for each value. `label`: what it shows, for people who do not see it.
Html plot(const std::vector<std::uint64_t>& values, const std::string& label);

}  // namespace hubcache::local_hub
