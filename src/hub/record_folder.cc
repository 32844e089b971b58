#include "hub/record_folder.h"

#include <unistd.h>

#include "base/try.h"
#include "fs/file.h"
#include "fs/nearest.h"
#include "fs/walk.h"

namespace hubcache::hub {

using std::filesystem::path;

namespace {

bool is_there(const path& folder) {
  const auto status = fs::status_of(folder);
  return status && status->kind != fs::Kind::missing;
}

bool may_be_made(const path& folder) {
  const auto nearest = fs::nearest_existing(folder);
  return nearest && access(nearest->folder.c_str(), W_OK | X_OK) == 0;
}

}  // namespace

Result<path> record_folder(const path& root, const path& beside, const path& name) {
  // hubcache moves the symlink at `root` aside, not its target: the target is the user's folder.
  const bool is_link = TRY(fs::status_of(root)).kind == fs::Kind::symlink;
  const path anchor = is_link ? root.parent_path() : root;
  if (TRY(fs::same_file_system(beside, anchor))) return beside / own_folder / name;
  // A volume was mounted at the place after the adoption; the volume has no record folder.
  const bool has_own = TRY(fs::status_of(root / own_folder)).kind != fs::Kind::missing;
  const bool is_beside = TRY(fs::status_of(beside / own_folder / name / "record.jsonl")).kind != fs::Kind::missing;
  if (is_beside && !has_own) return beside / own_folder / name;
  if (TRY(fs::same_file_system(root.parent_path(), anchor))) return root.parent_path() / own_folder / root.filename();
  return root / own_folder;
}

path record_beside(const path& cache, const path& inside) {
  path beside = cache.parent_path() / own_folder / cache.filename();
  if (is_there(inside)) return inside;
  if (is_there(beside)) return beside;
  const auto same = fs::same_file_system(cache, cache.parent_path());
  return same && *same && may_be_made(beside) ? beside : inside;
}

void Places::add(const RepoId& id, Result<Place> place) {
  if (place) found.emplace_back(id, *std::move(place));
  else unreadable.push_back(std::move(place).error());
}

std::map<std::string, fs::Kind> folder_names(const path& folder, Places& places) {
  std::map<std::string, fs::Kind> names;
  auto walked = fs::walk(folder, [&](const std::string& name, const fs::Status& status) {
    if (status.kind == fs::Kind::folder || status.kind == fs::Kind::symlink) names.emplace(name, status.kind);
    return fs::Descend::no;
  });
  if (!walked) places.unreadable.push_back(std::move(walked).error());
  return names;
}

std::vector<std::string> recorded_names(const path& records, Places& places) {
  // A name whose status cannot be read may be a record: opening it later reports the error.
  const auto may_be_there = [](const path& name) {
    const auto status = fs::status_of_target(name);
    return !status || status->kind != fs::Kind::missing;
  };
  std::vector<std::string> names;
  for (const auto& [name, kind] : folder_names(records, places)) {
    const path folder = records / name;
    const bool is_record =
        may_be_there(folder / "record.jsonl") || may_be_there(folder / "kept") || may_be_there(folder / removed_folder);
    if (kind == fs::Kind::folder && is_record) names.push_back(name);
  }
  return names;
}

}  // namespace hubcache::hub
