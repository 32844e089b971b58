// Which folders an adoption makes, so that a release removes these and no others: empty folders are the user's, too.
#pragma once

#include <cstdint>
#include <filesystem>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "record/record.h"

namespace hubcache::adoption {

/// What was there before hubcache made its own folder, which may lie in the place.
struct FoundFolders {
  bool has_place = true;
  std::uint32_t missing_above = 0;  ///< folders above the place
};
Result<FoundFolders> found_folders(const std::filesystem::path& place);

/// Adds to Record::folders_before the folders on the way of entries and metadata files that the place has and that no
/// earlier adoption has made. To be called before anything in the place is changed.
Result<void> note_folders_before(record::Record& record, const Custody& custody);

/// Removes the folders above a location that the adoption made, as far as they are empty.
Result<void> remove_folders_above(const std::string& location, const record::Record& record, const Custody& custody);

/// Removes the place and the folders above it that the adoption made, as far as they are empty.
void remove_made_folders(const std::filesystem::path& place, const record::Record& record);

}  // namespace hubcache::adoption
