// Renames a record folder that hubcache does not trust. Its content is not read, moved or removed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <hubcache/result.h>

namespace hubcache::adoption {

/// Renames an untrusted record folder to a new name in the same parent folder, while holding its lock. Returns the new
/// path; nullopt if there is no record, or if it is trusted. Returns ErrorCode::conflict if the record's owner is using
/// it, if the lock cannot be taken, or if the folder cannot be renamed. `now`: UTC as 20261231T235959Z.
Result<std::optional<std::filesystem::path>> set_foreign_record_aside(const std::filesystem::path& record_folder,
                                                                      const std::string& now);

}  // namespace hubcache::adoption
