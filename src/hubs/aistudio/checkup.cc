#include "hubs/aistudio/checkup.h"

#include "base/language.h"
#include "base/text.h"
#include "hubs/aistudio/endpoint.h"
#include "hubs/aistudio/target.h"

namespace hubcache::hub {
namespace {

std::filesystem::path cache_of(const Environment& environment) {
  return aistudio_parts::models_root(environment, RepoType::model).parent_path();
}

/// aistudio-sdk 0.3.9, snapshot_download._snapshot_download: AISTUDIO_CACHE names only the folder of the symlinks from
/// names with dots; file_download.get_aistudio_cache_dir reads AISTUDIO_CACHE_HOME.
std::vector<Contradiction> aistudio_contradictions(const Environment& environment) {
  const auto named = environment.get("AISTUDIO_CACHE");
  if (!named) return {};
  Environment as_meant = environment;
  as_meant.variables["AISTUDIO_CACHE_HOME"] = *named;
  const auto value = cache_of(as_meant), used = cache_of(environment);
  if (value == used) return {};
  const bool is_set = environment.get("AISTUDIO_CACHE_HOME").has_value();
  return {
      {.variable = "AISTUDIO_CACHE",
       .value = value.native(),
       .used = is_set ? "AISTUDIO_CACHE_HOME" : "",
       .used_value = used.native(),
       .effect = translated("aistudio-sdk reads AISTUDIO_CACHE only for the symlinks that it makes for repos with a "
                            "dot in the name, and these symlinks then lead nowhere"),
       .mend = is_set ? "unset AISTUDIO_CACHE" : "export AISTUDIO_CACHE_HOME=" + shell_word(value.native())}};
}

std::vector<TwinFolders> no_twins(const Environment&) { return {}; }

}  // namespace

/// Gitea answers a request with an invalid token by 401, whatever it is about.
constexpr Checkup aistudio_checkup{.probe = "/api/v1/version",
                                   .token_scheme = "token",
                                   .token_cookie = "",
                                   .login = "aistudio config --token TOKEN",
                                   .hash_validation_variable = "AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION",
                                   .endpoint = endpoint_of,
                                   .token_file = aistudio_token_file,
                                   .contradictions = aistudio_contradictions,
                                   .twin_folders = no_twins};

}  // namespace hubcache::hub
