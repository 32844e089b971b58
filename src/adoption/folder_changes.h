// Compares the user's folder of an adoption with what was adopted from it.
#pragma once

#include <hubcache/result.h>
#include <hubcache/status.h>

#include "adoption/sites.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Counts the files that a refresh would take anew. An edit that the client sees through a link is no change, and in
/// place there are none. An Error where the folder cannot be read.
Result<FolderChanges> folder_changes(const Site& site, const record::Record& record);

}  // namespace hubcache::adoption
