// What this machine has recorded of a repo.
#pragma once

#include <optional>

#include <hubcache/repo.h>

#include "record/record.h"
#include "repo/remote_tree.h"
#include "target/view.h"

namespace hubcache::adoption {

/// A revision of the repo as this machine has recorded it: what the client would be told if the hub had not changed
/// since. The sizes are those of what stands in the place.
RemoteTree recorded_tree(const target::View& view, const std::optional<record::Record>& record,
                         const Revision& revision);

/// The id that stands there for a file whose hub's sha is not known: no record but the pin can be counted on.
ObjectId unknown_id();

}  // namespace hubcache::adoption
