// Records which folders an adoption creates, so that a release removes only these folders: other empty folders are the
// user's.
#pragma once

#include <cstdint>
#include <filesystem>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "record/record.h"

namespace hubcache::adoption {

/// The folders that existed before hubcache created its own folder, which may lie in the place.
struct FoundFolders {
  bool has_place = true;
  std::uint32_t missing_above = 0;  ///< folders above the place
};
Result<FoundFolders> found_folders(const std::filesystem::path& place);

/// Adds to Record::folders_before the existing folders of the place that lie above entries and metadata files and that
/// no earlier adoption has created. Call this before the place is changed.
Result<void> note_folders_before(record::Record& record, const Custody& custody);

/// Removes the folders above a location that the adoption created, from the innermost outwards, while they are empty.
Result<void> remove_folders_above(const std::string& location, const record::Record& record, const Custody& custody);

/// Removes the place and the folders above it that the adoption created, while they are empty.
void remove_made_folders(const std::filesystem::path& place, const record::Record& record);

}  // namespace hubcache::adoption
