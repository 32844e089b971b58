// Where huggingface_hub keeps its repos: constants.py, file_download.repo_folder_name.
#include <unistd.h>

#include <set>

#include "base/huggingface_home.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/nearest.h"
#include "fs/walk.h"
#include "target/huggingface.h"
#include "target/record_folder.h"

namespace hubcache::target::huggingface_parts {
namespace {

using std::filesystem::path;

std::string_view prefix(RepoType type) { return type == RepoType::model ? "models--" : "datasets--"; }

path repo_folder(const path& cache, RepoType type, const RepoId& id) {
  return cache / (std::string(prefix(type)) + id.owner() + "--" + id.name());
}

bool is_there(const path& folder) {
  const auto status = fs::status_of(folder);
  return status && status->kind != fs::Kind::missing;
}

bool may_be_made(const path& folder) {
  const auto nearest = fs::nearest_existing(folder);
  return nearest && access(nearest->c_str(), W_OK | X_OK) == 0;
}

/// The owner's and the repo's name have no "--" in them (utils._validators.validate_repo_id), so the folder's name is
/// clear.
Result<RepoId> id_of(std::string_view name) {
  const auto between = name.find("--");
  const std::string_view repo = between == name.npos ? "" : name.substr(between + 2);
  return RepoId::parse(std::string(name.substr(0, between)) + "/" + std::string(repo));
}

}  // namespace

path record_beside(const path& folder, const path& inside) {
  path beside = folder.parent_path() / own_folder / folder.filename();
  if (is_there(inside)) return inside;
  if (is_there(beside)) return beside;
  const auto same = fs::same_file_system(folder, folder.parent_path());
  return same && *same && may_be_made(beside) ? beside : inside;
}

Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) {
  const path cache = huggingface_home(environment).cache;
  Place place;
  place.root = repo_folder(cache, type, id);
  place.temporary = place.root / "blobs";
  place.record = record_beside(cache, cache / ".locks" / own_folder) / place.root.filename();
  place.has_index = false;
  return place;
}

Place local_dir(const path& folder) {
  Place place;
  place.root = folder;
  place.temporary = folder / ".cache" / "huggingface";
  place.record = record_beside(folder, place.temporary / own_folder);
  place.has_index = false;
  return place;
}

Result<std::vector<std::pair<RepoId, Place>>> places(const Environment& environment, RepoType type) {
  const path cache = huggingface_home(environment).cache;
  std::set<std::string> names;
  const auto collect = [&](const std::string& name, const fs::Status& status) {
    const bool may_be_folder = status.kind == fs::Kind::folder || status.kind == fs::Kind::symlink;
    if (may_be_folder && name.starts_with(prefix(type))) names.insert(name);
    return fs::Descend::no;
  };
  TRY(fs::walk(cache, collect));
  TRY(fs::walk(record_beside(cache, cache / ".locks" / own_folder), collect));
  std::vector<std::pair<RepoId, Place>> found;
  for (const std::string& name : names) {
    if (const auto id = id_of(std::string_view(name).substr(prefix(type).size())))
      found.emplace_back(*id, TRY(locate(environment, type, *id)));
  }
  return found;
}

}  // namespace hubcache::target::huggingface_parts
