// Parses the JSON answers of CSGHub's hub and checks types, ids and bounds.
#pragma once

#include <string>
#include <vector>

#include <hubcache/result.h>

#include "hub/entry.h"

namespace hubcache::hub {

/// The hub's answer about a revision of a repo.
struct CsgHubInfo {
  std::string commit;  ///< "" if the hub sends none, as for data sets
  std::vector<Entry> entries;
};

// Each Error's message is the predicate of a sentence whose subject is the URL: "returned …".

/// Parses `revision`. An entry has an id and sizes only if the hub sends them.
Result<CsgHubInfo> read_csghub_info(const std::string& body);
/// Returns the `msg` of an error answer; "" if it has none.
std::string read_csghub_error(const std::string& body);

}  // namespace hubcache::hub
