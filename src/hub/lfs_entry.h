// Reads the LFS data of a file in a listing, in the form that several hubs send.
#pragma once

#include <hubcache/result.h>

#include "hub/entry.h"
#include "hub/json.h"

namespace hubcache::hub {

/// Reads `lfs` of a listing's line, if the hub sends it: `size` is the content's size, and the
/// field `sha256_field` its SHA-256. The Error's message is a predicate, as those of hub/json.h.
Result<void> read_lfs(const json::dom::object& line, const char* sha256_field, Entry& entry);

}  // namespace hubcache::hub
