#include "adoption/sites.h"

#include <algorithm>

#include "adoption/command_line.h"
#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/nesting.h"
#include "fs/real_path.h"
#include "hubs/registry.h"
#include "record/record.h"

namespace hubcache::adoption {
namespace {

using std::filesystem::path;

/// Returns the place at the folder that the user gave. Resolves symlinks in its path.
Result<hub::Place> given_place(const Environment& environment, const hub::Target& target, const path& folder) {
  if (folder.empty())
    return Error{ErrorCode::usage, say("--place is empty"),
                 say("pass the folder that the program gives to its client")};
  const path expanded = target.layout.expands_user() ? path(environment.expand_user(folder.native())) : folder;
  const auto name = absolute_path(environment.working_folder, expanded);
  auto place = target.layout.place_in(fs::real_path(name));
  if (place) return *std::move(place);
  const std::string_view local_dir_target = target.hub.local_dir_target;
  const bool records_local_dirs = local_dir_target.empty() && target.rules.index();
  return Error{
      ErrorCode::usage,
      records_local_dirs
          ? say("target {} has a fixed cache folder: its index is also that of each folder that a program "
                "passes as local_dir",
                target.name)
          : say("target {} has a fixed cache folder", target.name),
      local_dir_target.empty() ? say("omit --place") : say("omit --place, or use the target {}", local_dir_target)};
}

}  // namespace

Result<Revision> default_revision(const hub::Target& target) { return Revision::parse(target.hub.default_revision); }

Result<Site> find_site(const Environment& environment, std::string_view target, RepoType type, std::string_view repo_id,
                       std::string_view revision, const std::optional<path>& place) {
  const hub::Target* found = TRY(hubs::find_target(target));
  RepoRef repo{type, found->layout.repo_on_hub(TRY(RepoId::parse(repo_id))),
               revision.empty() ? TRY(default_revision(*found)) : TRY(Revision::parse(revision))};
  hub::Place located =
      TRY(place ? given_place(environment, *found, *place) : found->layout.locate(environment, type, repo.id));
  return Site{found, std::move(repo), std::move(located)};
}

Result<void> check_id(const Site& site) {
  const std::string_view objection = site.target->layout.objection_to(site.repo.id);
  if (objection.empty()) return {};
  return Error{ErrorCode::usage,
               say("{} is not a valid repo id for {}: {}", in_quotes(site.repo.id.str()),
                   site.target->words.client.client, objection),
               say("check the id")};
}

Result<void> check_repo(const Site& site, const record::Record& record) {
  const auto target = hubs::find_target(record.target);
  const hub::Hub& hub = target ? (*target)->hub : site.target->hub;
  if (record.repo_id == site.repo.id.str() && &hub == &site.target->hub) return {};
  return Error{ErrorCode::failed,
               say("{} is adopted as {}, not as {}", in_quotes(site.place.root.native()),
                   id_with_hub(hub, record.repo_id), id_with_hub(site.target->hub, site.repo.id.str())),
               say("use the repo id that hubcache status shows")};
}

bool is_recorded(const Site& site) {
  const auto status = fs::status_of(site.place.record / record::file_name);
  return status && status->kind != fs::Kind::missing;
}

path folder_of(const Site& site, const record::Record& record) {
  return record.in_place ? site.place.root : record.folder;
}

record::KnownPlace known_place(const Site& site) {
  const hub::Place& place = site.place;
  return {std::string(site.target->name), site.repo.type, site.repo.id.str(), place.root, place.temporary, place.record,
          place.index != nullptr};
}

bool is_release_cut_off(const std::optional<record::Record>& record) {
  return record && record->phase == record::Phase::releasing && record->unreleased.empty();
}

Error incomplete_release(const Site& site, const record::Record& record) {
  if (record.unreleased.empty()) {
    return {ErrorCode::conflict,
            say("the release of {} was interrupted", id_with_hub(site.target->hub, record.repo_id)),
            say("run {}", command_on("release", adoption_at(site, record)))};
  }
  std::string names;
  for (const std::string& mount_point : record.unreleased)
    names += (names.empty() ? "" : ", ") + in_quotes((site.place.root / mount_point).native());
  return {ErrorCode::conflict,
          say("the release of {} is incomplete: files are left below the mount point {}",
              id_with_hub(site.target->hub, record.repo_id), names),
          say("unmount it, then run {}", command_on("release", adoption_at(site, record)))};
}

Error foreign_record(const Site& site) { return record::foreign_record(site.place.record, site.objection); }

std::filesystem::path place_of_client(const Environment& environment, const Site& site) {
  if (site.target->layout.place_in(site.place.root)) return {};
  auto located = find_site(environment, site.target->name, site.repo.type, site.repo.id.str(), "");
  if (!located || located->place.root == site.place.root || is_recorded(*located)) return {};
  const auto nesting = fs::nesting(located->place.root, site.place.root);
  return nesting && *nesting != fs::Nesting::same ? located->place.root : std::filesystem::path();
}

std::string other_versions_text(const Environment& environment, const Site& site) {
  const auto located = site.target->layout.locate(environment, site.repo.type, site.repo.id);
  if (!located || located->root != site.place.root) return "";
  const hub::OtherFolder other = site.target->layout.used_instead(environment, site.repo.type, site.repo.id);
  if (other.folder.empty()) return "";
  const std::string folder = other.folder.native();
  return say(
      "{} use the folder {} instead of this cache folder, and do not see the adoption: move that folder away: mv {} {}",
      other.versions, in_quotes(folder), shell_word(folder), shell_word(folder + ".before"));
}

std::string other_place_text(const Site& site, const std::filesystem::path& client_place) {
  return say(
      "in this environment, {} does not use the adoption in {} but the cache folder {}: set the variables as they were "
      "for hubcache adopt, or run hubcache adopt again",
      site.target->words.client.client, in_quotes(site.place.root.native()), in_quotes(client_place.native()));
}

}  // namespace hubcache::adoption
