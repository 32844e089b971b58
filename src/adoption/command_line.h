// Command lines for people to copy: each acts on one adoption and on no other.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <hubcache/repo.h>

#include "adoption/sites.h"

namespace hubcache::adoption {

/// The parts of an adoption that a command line names.
struct AdoptionName {
  std::string_view target;
  std::string repo_id;
  RepoType type;
  std::filesystem::path place;
};

AdoptionName adoption_at(const Site& site, const record::Record& record);

/// "hubcache release owner/name --target TARGET", with --place for a target that is told its folder, and with
/// --repo-type where the command takes one.
std::string command_on(std::string_view command, const AdoptionName& adoption);

/// "hubcache adopt owner/name --target TARGET FOLDER", with --revision for another revision than the hub's default.
std::string adopt_command(const AdoptionName& adoption, std::string_view revision, const std::filesystem::path& folder);

}  // namespace hubcache::adoption
