#include "hubs/modelscope/checkup.h"

#include "base/language.h"
#include "base/path.h"
#include "http/client.h"
#include "http/url.h"
#include "hub/record_folder.h"
#include "hub/upstream.h"
#include "hubs/modelscope/endpoint.h"
#include "hubs/modelscope/hub.h"
#include "hubs/modelscope/target.h"

namespace hubcache::hub {
namespace {

using std::filesystem::path;

/// modelscope 1.37.1, hub/utils/utils.get_modelscope_cache_dir; modelscope-hub 0.5.1, config.py.
void add_empty_cache(const Environment& environment, std::vector<Contradiction>& found) {
  if (environment.get("MODELSCOPE_CACHE") != "") return;
  const path since_1_38 = modelscope_parts::repos_since_1_38(environment, RepoType::model).parent_path();
  found.push_back({.variable = "MODELSCOPE_CACHE",
                   .value = environment.working_folder.native(),
                   .used = "",
                   .used_value = since_1_38.native(),
                   .effect = translated("the variable is set but empty, which means the working folder for modelscope "
                                        "before 1.38, and the default for later versions"),
                   .mend = "unset MODELSCOPE_CACHE"});
}

/// modelscope 1.37.1 does not read MODELSCOPE_ENDPOINT; for modelscope-hub 0.5.1 it has precedence.
void add_two_hubs(const Environment& environment, std::vector<Contradiction>& found) {
  Environment without = environment;
  without.variables.erase("MODELSCOPE_DOMAIN");
  const auto endpoint = hub_named_by(environment, "MODELSCOPE_ENDPOINT", modelscope_hub.upstream_variable);
  const auto used = modelscope_host(without);
  const std::string domain = modelscope_sites(environment).front();
  if (environment.get("MODELSCOPE_DOMAIN").value_or("").empty() || endpoint.value_or("").empty() || !used) return;
  const auto one = http::parse_url(*used), other = http::parse_url(domain);
  if (!one || !other || one->host == other->host) return;
  found.push_back({.variable = "MODELSCOPE_DOMAIN",
                   .value = http::for_message(domain),
                   .used = "MODELSCOPE_ENDPOINT",
                   .used_value = http::for_message(*used),
                   .effect = translated("modelscope before 1.38 asks the hub that MODELSCOPE_DOMAIN names, later "
                                        "versions the one that MODELSCOPE_ENDPOINT names"),
                   .mend = "unset MODELSCOPE_DOMAIN"});
}

std::vector<Contradiction> modelscope_contradictions(const Environment& environment) {
  std::vector<Contradiction> found;
  add_empty_cache(environment, found);
  add_two_hubs(environment, found);
  return found;
}

/// Adds the repos of which clients from 1.38 on use another folder than earlier clients, although both have files.
void add_split(const Environment& environment, RepoType type, std::vector<TwinFolders>& found) {
  for (const auto& [id, place] : modelscope().layout.places(environment, type).found) {
    const OtherFolder other = modelscope().layout.used_instead(environment, type, id);
    if (!other.folder.empty() && modelscope_parts::has_content(place.root))
      found.push_back({"ms:" + id.str(), place.root, other.folder, other.versions});
  }
}

/// Adds the repos in the layout of clients from 1.38 on that are in the place of earlier clients, too: all clients use
/// that place.
void add_shadowed(const Environment& environment, RepoType type, std::vector<TwinFolders>& found) {
  Places ignored;
  const path repos = modelscope_parts::repos_since_1_38(environment, type);
  for (const auto& [name, kind] : folder_names(repos, ignored)) {
    const auto dashes = name.find("--");
    const auto id = RepoId::parse(name.substr(0, dashes) + "/" + name.substr(std::min(dashes, name.size() - 2) + 2));
    const auto place = id ? modelscope_parts::locate(environment, type, *id) : Result<Place>(Place());
    if (dashes == name.npos || !id || !place) continue;
    if (modelscope_parts::has_content(repos / name) && modelscope_parts::has_content(place->root))
      found.push_back({"ms:" + id->str(), place->root, repos / name, ""});
  }
}

std::vector<TwinFolders> modelscope_twins(const Environment& environment) {
  std::vector<TwinFolders> found;
  for (const RepoType type : {RepoType::model, RepoType::dataset}) {
    add_split(environment, type, found);
    add_shadowed(environment, type, found);
  }
  return found;
}

}  // namespace

constexpr Checkup modelscope_checkup{.probe = "/openapi/v1/users/me",
                                     .token_scheme = "Bearer",
                                     .token_cookie = "m_session_id",
                                     .login = "modelscope login --token TOKEN",
                                     .hash_validation_variable = "MODELSCOPE_ENABLE_DEFAULT_HASH_VALIDATION",
                                     .endpoint = modelscope_endpoint,
                                     .token_file = modelscope_login_file,
                                     .contradictions = modelscope_contradictions,
                                     .twin_folders = modelscope_twins};

}  // namespace hubcache::hub
