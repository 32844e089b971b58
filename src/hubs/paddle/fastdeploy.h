// The places in which FastDeploy keeps its models, whatever hub it gets them from (fastdeploy/utils.py,
// retrive_model_from_server): it calls the hub's snapshot_download with a local_dir below FD_MODEL_CACHE.
#pragma once

#include <filesystem>
#include <string_view>

#include <hubcache/environment.h>
#include <hubcache/repo.h>

namespace hubcache::hub::paddle {

/// Models f"{FD_MODEL_CACHE or os.getenv('HOME')}/{repo_id}": HOME counts only if FD_MODEL_CACHE is unset, not if it is
/// empty; nothing is expanded.
std::filesystem::path fastdeploy_folder(const Environment& environment);
/// Returns the name of the variable that sets the folder.
std::string_view fastdeploy_variable(const Environment& environment);
/// FastDeploy replaces the first five letters of an id if repo_id.lower().startswith("baidu").
RepoId fastdeploy_repo(const RepoId& id);

}  // namespace hubcache::hub::paddle
