// The tree listing held against `contents`, which is what the client itself goes by.
#pragma once

#include <functional>

#include <hubcache/result.h>

#include "hub/gitea_repo.h"
#include "hub/sift.h"

namespace hubcache::hub {

/// Asks `contents` for one file that may be of LFS, for one that is not, and for more of the first kind that the user
/// lacks (at most 16 in all), whose real sizes are learnt by it. False where an answer differs from the listing or
/// cannot be read: then the listing is worth nothing. Any other failure is an Error.
Result<bool> agrees_with_contents(GiteaRepo& repo, Sifted& listed, const std::function<bool(const RelPath&)>& is_local);

/// Asks for every file; what is answered replaces what was listed.
Result<void> ask_contents_for_all(GiteaRepo& repo, Sifted& listed);

}  // namespace hubcache::hub
