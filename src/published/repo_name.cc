#include "published/repo_name.h"

#include <vector>

#include "adoption/ids.h"
#include "base/try.h"
#include "hubs/registry.h"

namespace hubcache::published {

Result<StoredRepo> parse_repo(const std::string& repo_id, RepoType type) {
  std::vector<std::string> ids = {repo_id}, targets;
  const hub::Hub* hub = TRY(adoption::take_hub(ids, targets));
  return StoredRepo{hub ? hub : hubs::all().front(), type, TRY(RepoId::parse(ids.front()))};
}

Result<Revision> parse_revision(const StoredRepo& repo, const std::string& revision) {
  return Revision::parse(revision.empty() ? repo.hub->default_revision : revision);
}

std::string name_of(const StoredRepo& repo) { return adoption::id_with_hub(*repo.hub, repo.id.str()); }

}  // namespace hubcache::published
