// Makes command lines for users to paste. Each acts on exactly one adoption.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/repo.h>

#include "adoption/sites.h"
#include "record/places.h"

namespace hubcache::adoption {

/// The parts of an adoption that a command line names.
struct AdoptionName {
  std::string_view target;
  std::string repo_id;
  RepoType type;
  std::filesystem::path place;
};

AdoptionName adoption_at(const Site& site);
AdoptionName adoption_at(const Site& site, const record::Record& record);
AdoptionName adoption_at(const record::KnownPlace& known);

/// Returns "hubcache COMMAND owner/name --target TARGET". Adds --place for a target that requires a folder, and
/// --repo-type for a repo that is not a model, if the command has this option.
std::string command_on(std::string_view command, const AdoptionName& adoption);

/// The arguments of an adoption that change which files are adopted and how.
struct AdoptOptions {
  std::string revision;
  std::filesystem::path folder;
  bool pin = true;
  std::vector<std::string> include, exclude;
};

/// Returns "hubcache adopt owner/name --target TARGET FOLDER", with the options that differ from their defaults.
std::string adopt_command(const AdoptionName& adoption, const AdoptOptions& options);

}  // namespace hubcache::adoption
