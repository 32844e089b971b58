// Adds the warnings of an adoption that do not come from the plan itself.
#pragma once

#include <string>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/plan.h"
#include "adoption/sites.h"

namespace hubcache::adoption {

/// Facts about one place and its adoption.
struct WarningInput {
  const Environment& environment;
  const Site& site;
  const PlanInput& input;
  const LocalTree& local;
  const std::vector<LeftOut>& clashes;
  const RemoteTree* remote;  ///< nullptr if the hub was not asked
  std::uint64_t unlinked;    ///< number of hard links that are no longer links to the user's files
};

/// Adds the warnings to the plan's report. Warns of copies in a dry run only: otherwise apply() does.
void add_warnings(const WarningInput& found, Plan& plan);

/// Warns of options that have no effect at this site.
void warn_unused_options(const AdoptRequest& request, const Site& site, AdoptReport& report);

/// Warns if an earlier one of these sites has the same place as site `i`: two clients can share a place.
void warn_shared_place(const std::vector<Site>& sites, std::size_t i, AdoptReport& report);

}  // namespace hubcache::adoption
