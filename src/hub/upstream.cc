#include "hub/upstream.h"

namespace hubcache::hub {

std::optional<std::string> hub_named_by(const Environment& environment, const char* variable, const char* before) {
  auto named = environment.get(variable);
  const std::string local = environment.get(local_hub_variable).value_or("");
  const bool is_local = named && !local.empty() && (*named == local || named->starts_with(local + "/"));
  return is_local ? environment.get(before) : named;
}

}  // namespace hubcache::hub
