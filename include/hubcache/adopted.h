// The names of the adopted repos.
#pragma once

#include <string>
#include <vector>

#include <hubcache/environment.h>

namespace [[gnu::visibility("default")]] hubcache {

/// Returns the ids of the adopted repos as users type them, in alphabetical order, each once: "owner/name", or with the
/// prefix of a hub before it. Reads only the user's index of adoptions, so an adoption by another user and
/// one that was removed by hand may be wrong or missing: this is for suggestions.
std::vector<std::string> adopted_repo_ids(const Environment& environment);

}  // namespace hubcache
