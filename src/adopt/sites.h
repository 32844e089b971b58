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

/// "hf:owner/name" is owner/name for the target huggingface, or for the targets of Hugging Face's hub that are named.
/// ErrorCode::usage where a target of another hub is named, or where no target is and some names have it, others not.
Result<void> expand_shorthand(std::vector<std::string>& repo_ids, std::vector<std::string>& targets);

/// `revision`: "" for the hub's own default. `place`: for a target that is told its folder at each call.
Result<Site> find_site(const Environment& environment, std::string_view target, RepoType type, std::string_view repo_id,
                       std::string_view revision, const std::optional<std::filesystem::path>& place = {});

/// For people to type: "hubcache release owner/name", with --repo-type where it takes one.
std::string command_on(std::string_view command, std::string_view repo_id, RepoType type);

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
};

/// The selected repos that stand in a place, each place once. A record tells whose it is, and for which target.
Result<std::vector<Site>> standing_sites(const Environment& environment, const Selection& selection);
/// The same, and where each repo that was asked for and stands nowhere would, as a model.
Result<std::vector<Site>> asked_sites(const Environment& environment, const Selection& selection);
/// Those that hubcache has adopted.
Result<std::vector<Site>> adopted_sites(const Environment& environment, const Selection& selection);

}  // namespace hubcache::adoption
