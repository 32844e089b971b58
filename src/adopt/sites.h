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

#include "record/places.h"
#include "record/record.h"
#include "target/target.h"

namespace hubcache::adoption {

/// A repo in a target's place. RepoRef, Place and View are checked values from here on.
struct Site {
  const target::Target* target;
  RepoRef repo;
  target::Place place;
};

/// Takes "hf:" off the ids. The hub that they belong to: "hf:owner/name" to Hugging Face's, owner/name to AI Studio's;
/// nullopt where there is no id, or where targets are named, whose hub it is then. ErrorCode::usage for "hf:" with a
/// target of another hub, and for ids of both hubs.
Result<std::optional<HubKind>> take_hub(std::vector<std::string>& repo_ids, const std::vector<std::string>& targets);

/// The target that a command means for one repo where none is named.
std::string default_target(std::optional<HubKind> hub);

/// The id as a user types it.
std::string id_with_hub(HubKind hub, std::string_view repo_id);

/// `revision`: "" for the hub's own default. `place`: for a target that is told its folder at each call.
Result<Site> find_site(const Environment& environment, std::string_view target, RepoType type, std::string_view repo_id,
                       std::string_view revision, const std::optional<std::filesystem::path>& place = {});

/// For people to type: "hubcache release owner/name", with --repo-type where it takes one.
std::string command_on(std::string_view command, HubKind hub, std::string_view repo_id, RepoType type);

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
  std::optional<HubKind> hub = {};  ///< where no targets are named: theirs
};

/// The selected repos that stand in a place, each place once. A record tells whose it is, and for which target.
Result<std::vector<Site>> standing_sites(const Environment& environment, const Selection& selection);
/// The same, and where each repo that was asked for and stands nowhere would, as a model.
Result<std::vector<Site>> asked_sites(const Environment& environment, const Selection& selection);
/// Those that hubcache has adopted.
Result<std::vector<Site>> adopted_sites(const Environment& environment, const Selection& selection);

}  // namespace hubcache::adoption
