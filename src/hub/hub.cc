#include "hub/hub.h"

#include "hub/aistudio.h"
#include "hub/huggingface.h"

namespace hubcache::hub {

Result<Listing> list(HubKind hub, const Environment& environment, const RepoRef& repo, const Local& local) {
  switch (hub) {
    case HubKind::aistudio: return list_aistudio(environment, repo, local);
    case HubKind::huggingface: return list_huggingface(environment, repo);
  }
  return Error{ErrorCode::failed, "no such hub", ""};
}

}  // namespace hubcache::hub
