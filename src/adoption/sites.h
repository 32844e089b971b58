// Locates a repo in a place of a target.
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

/// A repo in a target's place. From here on RepoRef, Place and View hold checked values.
struct Site {
  const hub::Target* target;
  RepoRef repo;
  hub::Place place;
  std::string objection = {};            ///< why hubcache does not act on the place's record; "" if it may
  std::string record_owner = {};         ///< with `objection`: the name of the user who owns the record
  std::optional<Error> unreadable = {};  ///< why the place or its record cannot be examined; `place` may be empty then
};

/// Returns the revision that the target's clients use if their user names none.
Result<Revision> default_revision(const hub::Target& target);

/// Finds the repo's place for the target. `revision`: "" for the hub's default. `place`: for a target that is given its
/// folder at each call.
Result<Site> find_site(const Environment& environment, std::string_view target, RepoType type, std::string_view repo_id,
                       std::string_view revision, const std::optional<std::filesystem::path>& place = {});

/// Returns ErrorCode::usage for an id that the target's clients refuse: they would never find a new adoption. An
/// existing adoption under such an id can still be released.
Result<void> check_id(const Site& site);

/// Returns ErrorCode::failed if the record of the site's place is of another repo, or of a repo of another hub.
Result<void> check_repo(const Site& site, const record::Record& record);

bool is_recorded(const Site& site);

/// Returns where the environment leads the client of an adopted repo, if that is another place and the repo is not
/// adopted there; else "". Returns "" for a target that is given its folder at each call.
std::filesystem::path place_of_client(const Environment& environment, const Site& site);
/// Returns a sentence which says that the client does not use an adoption, since the environment leads the client to
/// `client_place`.
std::string other_place_text(const Site& site, const std::filesystem::path& client_place);

/// Returns a sentence which says that some versions of the client use another folder than the site's place, and what to
/// do; "" if none does.
std::string other_versions_text(const Environment& environment, const Site& site);

/// Returns the user's folder of an adoption. In place this is the place, even if the place had another path at the
/// adoption.
std::filesystem::path folder_of(const Site& site, const record::Record& record);

/// Returns the entry that hubcache remembers for an adopted site.
record::KnownPlace known_place(const Site& site);

/// True if a release was begun and not completed for another reason than mount points.
bool is_release_cut_off(const std::optional<record::Record>& record);
/// Returns the error for an incomplete release: one that was cut off, or one with `unreleased` mount points.
Error incomplete_release(const Site& site, const record::Record& record);
/// Returns the error for a site with an `objection`.
Error foreign_record(const Site& site);

}  // namespace hubcache::adoption
