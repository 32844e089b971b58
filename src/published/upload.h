// Sends files to a store: those whose contents it lacks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include <hubcache/digest.h>

#include "published/flags.h"
#include "published/source.h"
#include "store/store.h"

namespace hubcache::published {

struct Uploaded {
  std::uint64_t files = 0, bytes = 0;  ///< different contents that the store lacked
};

/// Sends the contents that the store lacks, sixteen at the same time; with `only_count`, only looks for them. Calls
/// `progress` (may be empty) about ten times a second. If the caller cancels (base/cancel.h), ErrorCode::interrupted.
Result<Uploaded> upload_missing(store::Store& store, const std::filesystem::path& folder, const GatheredFiles& gathered,
                                PublishingFlag* flag, bool only_count,
                                const std::function<void(const Progress&)>& progress);

/// Reads all contents back and compares their SHA-256. ErrorCode::failed if one is wrong or missing.
Result<void> verify_contents(store::Store& store, const std::vector<StoredFile>& files,
                             const std::function<void(const Progress&)>& progress);

}  // namespace hubcache::published
