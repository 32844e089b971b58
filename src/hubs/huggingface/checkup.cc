#include "hubs/huggingface/checkup.h"

#include "base/language.h"
#include "hubs/huggingface/endpoint.h"
#include "hubs/huggingface/home.h"

namespace hubcache::hub {
namespace {

using std::filesystem::path;

/// Returns the cache that the variables would name without HF_HUB_CACHE, and if `both`, without HUGGINGFACE_HUB_CACHE.
path cache_without(Environment environment, bool both) {
  environment.variables.erase("HF_HUB_CACHE");
  if (both) environment.variables.erase("HUGGINGFACE_HUB_CACHE");
  return huggingface_home(environment).cache;
}

path token_file_of_huggingface(const Environment& environment) { return huggingface_home(environment).token_file; }

/// huggingface_hub 2.4.0, constants.py.
std::vector<Contradiction> huggingface_contradictions(const Environment& environment) {
  const bool has_older = environment.get("HUGGINGFACE_HUB_CACHE").has_value();
  const char* used_variable = environment.get("HF_HUB_CACHE") ? "HF_HUB_CACHE" : "HUGGINGFACE_HUB_CACHE";
  if (!environment.get(used_variable)) return {};
  const path used = huggingface_home(environment).cache;
  std::vector<Contradiction> found;
  const path older = cache_without(environment, false), of_home = cache_without(environment, true);
  if (has_older && older != used)
    found.push_back(
        {.variable = "HUGGINGFACE_HUB_CACHE",
         .value = older.native(),
         .used = used_variable,
         .used_value = used.native(),
         .effect = translated("huggingface_hub reads HUGGINGFACE_HUB_CACHE only if HF_HUB_CACHE is not set"),
         .mend = "unset HUGGINGFACE_HUB_CACHE",
         .unused = older});
  if (environment.get("HF_HOME") && of_home != used)
    found.push_back({.variable = "HF_HOME",
                     .value = of_home.native(),
                     .used = used_variable,
                     .used_value = used.native(),
                     .effect = translated("HF_HOME then sets only the folder of the token and of the caches of other "
                                          "programs"),
                     .mend = std::string("unset ") + used_variable,
                     .unused = of_home});
  return found;
}

std::vector<TwinFolders> no_twin_folders(const Environment&) { return {}; }

}  // namespace

constexpr Checkup huggingface_checkup{.probe = "/api/whoami-v2",
                                      .token_scheme = "Bearer",
                                      .token_cookie = "",
                                      .login = "hf auth login",
                                      .hash_validation_variable = "",
                                      .endpoint = huggingface_endpoint,
                                      .token_file = token_file_of_huggingface,
                                      .contradictions = huggingface_contradictions,
                                      .twin_folders = no_twin_folders};

}  // namespace hubcache::hub
