#include "hubs/csghub/checkup.h"

#include "hubs/csghub/endpoint.h"

namespace hubcache::hub {
namespace {

std::vector<Contradiction> no_contradictions(const Environment&) { return {}; }
std::vector<TwinFolders> no_twins_of_csghub(const Environment&) { return {}; }

}  // namespace

/// csghub-cli 0.9.3 asks Hugging Face's API at this prefix.
constexpr Checkup csghub_checkup{.probe = "/hf/api/whoami-v2",
                                 .token_scheme = "Bearer",
                                 .token_cookie = "",
                                 .login = "",
                                 .hash_validation_variable = "",
                                 .endpoint = csghub_endpoint,
                                 .token_file = csghub_token_file,
                                 .contradictions = no_contradictions,
                                 .twin_folders = no_twins_of_csghub};

}  // namespace hubcache::hub
