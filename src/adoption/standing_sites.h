// Which repos stand where: in the places that the environment leads to, and in those that hubcache remembers.
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

/// The repos that a command is about. An empty member selects all.
struct Selection {
  std::vector<std::string> targets, repo_ids;
  std::optional<std::filesystem::path> place = {};  ///< of a target that is told its folder
  std::optional<RepoType> type = {};
  const hub::Hub* hub = nullptr;  ///< where no targets are named: theirs
  record::Trust trust = record::Trust::own;
};

struct Found {
  std::vector<Site> sites;
  std::vector<Error> unreadable;  ///< folders that may hold more places and cannot be looked into
};

/// The selected repos that stand in a place, each place once. A record tells whose it is, and for which target, unless
/// it is not trusted.
Result<Found> standing_sites(const Environment& environment, const Selection& selection);
/// The same, and where each repo that was asked for and stands nowhere would, as a model.
Result<Found> asked_sites(const Environment& environment, const Selection& selection);
/// Those that hubcache has adopted, as far as that can be told.
Result<Found> adopted_sites(const Environment& environment, const Selection& selection);

/// Removes the sites whose record is not trusted, and those that cannot be looked at. Returns sentences that name them,
/// and the folders that are `unreadable`.
std::vector<std::string> take_out_others(std::vector<Site>& sites, const std::vector<Error>& unreadable);

}  // namespace hubcache::adoption
