// What the user has to know although the adoption succeeds: what clients do not find, or find in another form.
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
  const RemoteTree* remote;  ///< nullptr where the hub was not asked
  const record::Record& next;
};

/// Adds the warnings to the report of a plan.
void add_cautions(const CautionInput& input, AdoptReport& report);

/// Says that the hub's listing has led to another host; "" if it has not.
std::string other_host_note(const RemoteTree& remote);

/// After an adoption: names copies that programs have made before it.
void warn_outdated_copies(const Environment& environment, const Site& site, record::Trust trust, AdoptReport& report);

/// Says when the client uses files that were adopted offline under a version that hubcache made up.
std::string made_up_version_text(const AdoptionName& adoption);

}  // namespace hubcache::adoption
