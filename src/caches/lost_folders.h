// Finds adoptions whose folder does not exist any more.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "caches/gather.h"

namespace hubcache::caches {

/// Returns the folder of an adoption if it does not exist. nullopt otherwise, and for an adoption in place: `restore`
/// can bring its files back.
std::optional<std::filesystem::path> lost_folder(const ExaminedRepo& repo);

/// Releases the adoption, so that the files from before come back. Returns new paths of files that others have put
/// there.
Result<std::vector<std::string>> release_adoption(const Environment& environment, const ExaminedRepo& repo);

}  // namespace hubcache::caches
