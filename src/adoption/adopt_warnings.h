// All that an adoption warns of besides what the plan itself says.
#pragma once

#include <string>
#include <vector>

#include <hubcache/adopt.h>

#include "adoption/plan.h"
#include "adoption/sites.h"

namespace hubcache::adoption {

/// Facts about one place and its adoption, for the warnings.
struct WarningInput {
  const Environment& environment;
  const Site& site;
  const PlanInput& input;
  const LocalTree& local;
  const std::vector<LeftOut>& clashes;
  const RemoteTree* remote;  ///< nullptr where the hub was not asked
  std::uint64_t unlinked;    ///< hard links that no longer lead to the user's files
};

/// Adds the warnings to the plan's report. A dry run is also warned of copies, which apply() announces itself.
void add_warnings(const WarningInput& found, Plan& plan);

/// Names the options that change nothing at this site.
void warn_unused_options(const AdoptRequest& request, const Site& site, AdoptReport& report);

/// Two clients may read one place: says so if an earlier one of these sites has the place of site `i`.
void warn_shared_place(const std::vector<Site>& sites, std::size_t i, AdoptReport& report);

}  // namespace hubcache::adoption
