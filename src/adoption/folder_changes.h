// Compares the user's folder with the adoption's record.
#pragma once

#include <hubcache/result.h>
#include <hubcache/status.h>

#include "adoption/command_line.h"
#include "adoption/sites.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Counts the files that refresh would add, replace or remove. An edit that the client sees through a link does not
/// count; in place, no edit counts. Leaves FolderChanges::replaced 0. Returns an Error if the folder cannot be read,
/// but not if it is missing.
Result<FolderChanges> folder_changes(const Environment& environment, const Site& site, const record::Record& record);

/// Returns a hint for the user of an adoption whose folder does not exist.
std::string ways_without_folder(const AdoptionName& adoption);

}  // namespace hubcache::adoption
