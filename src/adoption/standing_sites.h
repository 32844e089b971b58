// Finds cached and adopted repos: in the places that the environment leads to, and in the places that hubcache
// remembers.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "adoption/sites.h"
#include "record/origin.h"

namespace hubcache::adoption {

/// The repos that a command works on. An empty member selects all.
struct Selection {
  std::vector<std::string> targets, repo_ids;
  std::optional<std::filesystem::path> place = {};  ///< for a target that is given its folder
  std::optional<RepoType> type = {};
  const hub::Hub* hub = nullptr;  ///< selects this hub's targets if `targets` is empty
  record::Trust trust = record::Trust::own;
};

struct Found {
  std::vector<Site> sites;
  std::vector<Error> unreadable;  ///< folders that may contain more places and cannot be read
};

/// Returns the selected repos that are present in a place, each place once. Takes the repo and the target of a place
/// from its record if the record is trusted.
Result<Found> standing_sites(const Environment& environment, const Selection& selection);
/// Like standing_sites(), but adds a site for each requested repo that is not present: as a model, in the place where
/// the client would store it.
Result<Found> asked_sites(const Environment& environment, const Selection& selection);
/// Returns the sites that hubcache has adopted, and the sites that cannot be examined.
Result<Found> adopted_sites(const Environment& environment, const Selection& selection);

/// Removes the sites whose record is not trusted or that cannot be examined. Returns messages that name these sites,
/// and the messages of `unreadable`.
std::vector<std::string> take_out_others(std::vector<Site>& sites, const std::vector<Error>& unreadable);

}  // namespace hubcache::adoption
