// What this machine has recorded of a repo.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <hubcache/repo.h>

#include "hub/view.h"
#include "record/record.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// A revision of the repo as this machine has recorded it: what the client would be told if the hub had not changed
/// since. The sizes are those of what stands in the place.
RemoteTree recorded_tree(const hub::View& view, const std::optional<record::Record>& record, const Revision& revision);

/// The address of the hub that the revision was adopted from, if that is known and is another one than `hub`; else "".
std::string other_hub(const record::Record& record, std::string_view revision, std::string_view hub);

/// The id that stands there for a file whose hub's sha is not known: no record but the pin can be counted on.
ObjectId unknown_id();

}  // namespace hubcache::adoption
