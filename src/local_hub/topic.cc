#include "local_hub/topic.h"

#include "published/repo_name.h"

namespace hubcache::local_hub {

std::string topic_of(const hub::CatalogRepo& repo) {
  return std::string(name_of(repo.type)) + " " + published::name_of({repo.hub, repo.type, repo.id});
}

}  // namespace hubcache::local_hub
