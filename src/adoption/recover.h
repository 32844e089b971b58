// Completes or undoes the changes of a command that was killed or that failed.
#pragma once

#include <optional>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "hub/target.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Clears what an unfinished run has left in hubcache's own folders, and takes into the record what it had come to.
Result<void> recover(const hub::Target& target, std::optional<record::Record>& record, Custody& custody);

/// After an Error of apply(): as long as nothing in the place was touched (a full disk while copying), all that was
/// made goes again, and the record is as it was `before`. False where the place is half changed.
Result<bool> withdraw(const hub::Target& target, const std::optional<record::Record>& before, Custody& custody);

}  // namespace hubcache::adoption
