#include "adoption/offline.h"

#include "base/language.h"
#include "hub/hub.h"

namespace hubcache::adoption {
namespace {

bool is_offline(const Environment& environment, const Site& site) {
  return !site.target->hub.offline_variable(environment).empty();
}

}  // namespace

bool asks_hub(const Environment& environment, bool offline, const Site& site) {
  return !offline && !is_offline(environment, site);
}

std::string offline_note(const Environment& environment, const Site& site) {
  const std::string variable = site.target->hub.offline_variable(environment);
  return variable.empty() ? "" : say("{} is set, so hubcache does not ask the hub (as with --offline)", variable);
}

Result<AdoptRequest> request_at(const Environment& environment, AdoptRequest request, const Site& site) {
  if (!is_offline(environment, site)) return request;
  const std::string variable = site.target->hub.offline_variable(environment);
  if (request.match || request.require_complete)
    return Error{ErrorCode::usage,
                 say("{} must ask the hub, but {} is set", request.match ? "--match" : "--require-complete", variable),
                 say("unset {}", variable)};
  request.offline = true;
  return request;
}

Error with_way_without_hub(Error error, const AdoptRequest& request) {
  if (!error.unanswered || request.match || request.require_complete) return error;
  error.hint = error.hint.empty() ? say("add --offline to continue without the hub")
                                  : say("add --offline to continue without the hub; or {}", error.hint);
  return error;
}

}  // namespace hubcache::adoption
