// Warns, in a successful adoption, of files that clients do not find or find with other content.
#pragma once

#include <string>

#include <hubcache/adopt.h>
#include <hubcache/environment.h>

#include "adoption/command_line.h"
#include "adoption/sites.h"
#include "record/record.h"
#include "repo/local_tree.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

struct CautionInput {
  const Environment& environment;
  const Site& site;
  const AdoptRequest& request;
  const LocalTree& local;
  const RemoteTree* remote;  ///< nullptr if the hub was not asked
  const record::Record& next;
};

/// Adds the warnings to the report of a plan.
void add_cautions(const CautionInput& input, AdoptReport& report);

/// Warns of outdated copies that programs made before this adoption (see outdated_copies()). Call it after the
/// adoption.
void warn_outdated_copies(const Environment& environment, const Site& site, record::Trust trust, AdoptReport& report);

/// Returns a sentence that says when the client uses files that were adopted offline under a version that hubcache made
/// up.
std::string made_up_version_text(const AdoptionName& adoption);

}  // namespace hubcache::adoption
