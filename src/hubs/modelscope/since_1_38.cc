// The folders of clients from 1.38 on, in their order (modelscope 1.40.2,
// hub/utils/utils.find_reusable_legacy_repo_dir; modelscope-hub 0.5.1,
// _download.DownloadManager._find_legacy_repo_dir). The place of earlier clients is among them, and comes before the
// clients' own layout.
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <system_error>

#include "base/language.h"
#include "base/path.h"
#include "hubs/modelscope/target.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::modelscope_parts {
namespace {

using std::filesystem::path;

/// Unlike for earlier clients, an empty variable counts as unset.
path root_since_1_38(const Environment& environment) {
  const std::string named = environment.get("MODELSCOPE_CACHE").value_or("");
  const std::string root = named.empty() ? environment.expand_user("~") + "/.cache/modelscope" : named;
  return absolute_path(environment.working_folder, environment.expand_user(root));
}

/// Models _non_empty_dir().
bool has_content(const path& folder) {
  std::error_code problem;
  const bool is_folder = std::filesystem::is_directory(folder, problem);
  return is_folder && !std::filesystem::is_empty(folder, problem) && !problem;
}

path first_with_content(std::span<const path> folders) {
  const auto found = std::ranges::find_if(folders, has_content);
  return found == folders.end() ? path() : *found;
}

/// Returns the folder that the library uses; "" for the clients' own layout. `place` counts as a folder with content.
path used_folder(const path& root, const path& repos, const RepoId& id, const path& place) {
  const std::string &owner = id.owner(), &name = id.name(), masked = msc::masked(name);
  path known = repos / owner / masked;
  if (known == place || has_content(known)) return known;
  const std::array older = {root / owner / name, root / owner / masked, root / "hub" / owner / name,
                            root / "hub" / owner / masked, repos / owner / name};
  const bool has_own_layout = has_content(repos / (owner + "--" + name));
  if (const path found = has_own_layout ? path() : first_with_content(older); !found.empty()) return found;
  const path default_place = root / "hub" / repos.filename() / owner / masked;
  return default_place == place || has_content(default_place) ? default_place : path();
}

}  // namespace

OtherFolder used_since_1_38(const Environment& environment, RepoType type, const RepoId& id) {
  const auto place = locate(environment, type, id);
  if (!place) return {};
  const path root = root_since_1_38(environment);
  const path used = used_folder(root, root / (type == RepoType::model ? "models" : "datasets"), id, place->root);
  return used.empty() || used == place->root ? OtherFolder{}
                                             : OtherFolder{used, translated("modelscope 1.38 and later")};
}

}  // namespace hubcache::hub::modelscope_parts
