// Which repos stand where: in the places that the environment leads to, and in those that hubcache remembers.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "adoption/ids.h"
#include "hub/target.h"
#include "record/origin.h"
#include "record/places.h"
#include "record/record.h"

namespace hubcache::adoption {

/// A repo in a target's place. RepoRef, Place and View are checked values from here on.
struct Site {
  const hub::Target* target;
  RepoRef repo;
  hub::Place place;
  std::string objection = {};            ///< why the place's record is not acted on; "": it may be
  std::string record_owner = {};         ///< with `objection`: a user's name
  std::optional<Error> unreadable = {};  ///< why the place or its record cannot be looked at; the place may be empty
};

/// `revision`: "" for the hub's own default. `place`: for a target that is told its folder at each call.
Result<Site> find_site(const Environment& environment, std::string_view target, RepoType type, std::string_view repo_id,
                       std::string_view revision, const std::optional<std::filesystem::path>& place = {});

/// ErrorCode::usage for an id that the target's clients refuse: a new adoption would never be found. What is adopted
/// under such an id can be released.
Result<void> check_id(const Site& site);

bool is_recorded(const Site& site);

/// The user's folder of an adoption. In place that is the place, whatever it was called when it was adopted.
std::filesystem::path folder_of(const Site& site, const record::Record& record);

/// What hubcache remembers of an adopted one.
record::KnownPlace known_place(const Site& site);

/// What a command is asked about; none of a kind: all.
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
/// Whether a release of it was begun and not completed, other than for mount points.
bool is_release_cut_off(const std::optional<record::Record>& record);
/// For such a record, and for one with `unreleased` mount points.
Error incomplete_release(const Site& site, const record::Record& record);
/// For a site with an `objection`.
Error foreign_record(const Site& site);

}  // namespace hubcache::adoption
