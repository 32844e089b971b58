#include "hubs/msc/other_repos.h"

#include <iterator>

#include "fs/file.h"
#include "hub/record_folder.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::msc {
namespace {

using std::filesystem::path;

bool is_found(const path& name) {
  const auto status = fs::status_of(name);
  return status && status->kind != fs::Kind::missing;
}

using TakeRepo = std::function<void(const std::string& owner, const std::string& name)>;

/// Calls `take` for the real folders two levels below `folder`.
void for_each_repo(const path& folder, OtherRepos& repos, const TakeRepo& take) {
  Places names;
  for (const auto& [owner, kind] : folder_names(folder, names)) {
    if (owner.starts_with('.') || kind != fs::Kind::folder) continue;
    for (const auto& [name, kind_of_name] : folder_names(folder / owner, names)) {
      if (kind_of_name == fs::Kind::folder) take(owner, name);
    }
  }
  std::ranges::move(names.unreadable, std::back_inserter(repos.unreadable));
}

/// Calls `take` for the repos of which an interrupted removal has left only a record folder.
void for_each_removed(const path& folder, const path& records, OtherRepos& repos, const TakeRepo& take) {
  for_each_repo(records, repos, [&](const std::string& owner, const std::string& name) {
    if (is_found(records / owner / name / removed_folder) && !is_found(folder / owner / name)) take(owner, name);
  });
}

}  // namespace

void add_unfinished(const path& temporary, RepoType type, const std::function<Result<Place>(const RepoId&)>& locate,
                    OtherRepos& repos) {
  for_each_repo(temporary, repos, [&](const std::string& owner, const std::string& name) {
    const auto id = RepoId::parse(owner + "/" + name);
    if (!id) return;
    const auto place = locate(*id);
    if (place && !is_found(place->root))
      repos.found.push_back({id->str(), name_of(type), place->root, place->temporary, place->record});
  });
}

void add_with_metadata(const path& folder, const path& records, RepoType type, const Anatomy& anatomy,
                       OtherRepos& repos) {
  const auto add = [&](const std::string& owner, const std::string& name) {
    repos.found.push_back(
        {owner + "/" + unmasked(name), name_of(type), folder / owner / name, {}, records / owner / name, &anatomy});
  };
  for_each_repo(folder, repos, [&](const std::string& owner, const std::string& name) {
    const path root = folder / owner / name;
    if (is_found(root / ".msc") || is_found(root / ".mdl")) add(owner, name);
  });
  for_each_removed(folder, records, repos, add);
}

void add_all(const path& folder, const path& records, RepoType type, const Anatomy& anatomy, OtherRepos& repos) {
  const auto add = [&](const std::string& owner, const std::string& name) {
    if (owner.find("--") != owner.npos) return;
    repos.found.push_back(
        {owner + "/" + unmasked(name), name_of(type), folder / owner / name, {}, records / owner / name, &anatomy});
  };
  for_each_repo(folder, repos, add);
  for_each_removed(folder, records, repos, add);
}

}  // namespace hubcache::hub::msc
