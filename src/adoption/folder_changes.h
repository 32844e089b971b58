// Compares the user's folder of an adoption with what was adopted from it.
#pragma once

#include <hubcache/result.h>
#include <hubcache/status.h>

#include "adoption/command_line.h"
#include "adoption/sites.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Counts the files that a refresh would take anew. An edit that the client sees through a link is no change; in place
/// no edit is. An Error where the folder cannot be read.
Result<FolderChanges> folder_changes(const Site& site, const record::Record& record);

/// What a user can do about an adopted folder that does not exist.
std::string ways_without_folder(const AdoptionName& adoption);

}  // namespace hubcache::adoption
