#include "hubs/paddle/fastdeploy.h"

#include <string>

#include "base/ascii.h"
#include "base/path.h"

namespace hubcache::hub::paddle {

using std::filesystem::path;

path fastdeploy_folder(const Environment& environment) {
  auto folder = environment.get("FD_MODEL_CACHE");
  if (!folder) folder = environment.get("HOME").value_or("None");
  return absolute_path(environment.working_folder, *folder + "/");
}

std::string_view fastdeploy_variable(const Environment& environment) {
  return environment.get("FD_MODEL_CACHE") ? "FD_MODEL_CACHE" : "HOME";
}

RepoId fastdeploy_repo(const RepoId& id) {
  constexpr std::string_view old_owner = "baidu";
  const std::string start = in_lower_case(id.owner().substr(0, old_owner.size()));
  if (start != old_owner) return id;
  return RepoId::parse("PaddlePaddle" + id.owner().substr(old_owner.size()) + "/" + id.name()).value_or(id);
}

}  // namespace hubcache::hub::paddle
