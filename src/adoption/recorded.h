// Reads the data that this machine has recorded about a repo.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <hubcache/repo.h>

#include "hub/view.h"
#include "record/record.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// Returns a revision of the repo as this machine has recorded it: the listing that the hub would give if it had not
/// changed since. The sizes are those of the files in the place.
RemoteTree recorded_tree(const hub::View& view, const std::optional<record::Record>& record, const Revision& revision);

/// Returns the address of the hub that the revision was adopted from if it is known and differs from `hub`; else "".
std::string other_hub(const record::Record& record, std::string_view revision, std::string_view hub);

}  // namespace hubcache::adoption
