// The commit of a revision: from the place, or made up.
#include "digest/digest.h"
#include "hubs/hf_client/cache.h"

namespace hubcache::hub::hf_client {
namespace {

/// Returns a commit that no hub has, always the same for the same repo and revision. `hf cache` distinguishes repos by
/// their commits.
std::string made_up_commit(const RepoRef& repo) {
  std::string text = "hubcache synthetic commit";
  for (const std::string& part : {std::string(name_of(repo.type)), repo.id.str(), repo.revision.str()})
    text += '\0' + part;
  return std::string(digest::sha1(text).id().str());
}

}  // namespace

std::string version_in(const View& view, const RepoRef& repo) {
  const std::string& revision = repo.revision.str();
  if (is_commit(revision)) return revision;
  const auto* state = static_cast<const CacheState*>(view.client_state.get());
  if (!state) return made_up_commit(repo);  // a local_dir has no refs
  const auto ref = state->refs.find(revision);
  return ref != state->refs.end() && is_commit(ref->second) ? ref->second : made_up_commit(repo);
}

bool is_made_up(const RepoRef& repo, std::string_view version) { return version == made_up_commit(repo); }

/// Models REGEX_COMMIT_HASH in file_download.py.
bool is_commit(std::string_view text) {
  const auto id = ObjectId::parse(text);
  return id && text.size() == 40;
}

}  // namespace hubcache::hub::hf_client
