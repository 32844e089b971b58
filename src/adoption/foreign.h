// Adopting where a record is not trusted: the record folder is set aside, and nothing in it is read, moved or removed.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <hubcache/result.h>

namespace hubcache::adoption {

/// Renames a record folder that is not trusted to a name of its own in the same folder, while its lock is held.
/// nullopt if there is none, or it is trusted. ErrorCode::conflict where its owner is at work, or that cannot be told,
/// or where the folder cannot be renamed. `now`: UTC as 20261231T235959Z.
Result<std::optional<std::filesystem::path>> set_foreign_record_aside(const std::filesystem::path& record_folder,
                                                                      const std::string& now);

}  // namespace hubcache::adoption
