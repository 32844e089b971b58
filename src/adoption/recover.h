// Completes or undoes the changes of a command that was killed or that failed.
#pragma once

#include <optional>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "hub/target.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Clears hubcache's own folders after an unfinished run, and updates the record to the state of the place.
Result<void> recover(const hub::Target& target, std::optional<record::Record>& record, Custody& custody);

/// Rolls back after an Error of apply(), if nothing in the place was changed yet (for example because the disk was full
/// during a copy): removes all new files and restores the record `before`. If the place was adopted in place before,
/// does nothing: the next command recovers. Returns false if the place may be half changed.
Result<bool> withdraw(const hub::Target& target, const std::optional<record::Record>& before, Custody& custody);

}  // namespace hubcache::adoption
