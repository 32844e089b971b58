// A repo in a place of a target.
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

/// The branch that the target's clients ask for when their user names none.
Result<Revision> default_revision(const hub::Target& target);

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

/// Whether a release of it was begun and not completed, other than for mount points.
bool is_release_cut_off(const std::optional<record::Record>& record);
/// For such a record, and for one with `unreleased` mount points.
Error incomplete_release(const Site& site, const record::Record& record);
/// For a site with an `objection`.
Error foreign_record(const Site& site);

}  // namespace hubcache::adoption
