#include "caches/lost_folders.h"

#include <hubcache/adopt.h>

#include "adoption/ids.h"
#include "base/language.h"
#include "base/try.h"
#include "record/record.h"

namespace hubcache::caches {

using std::filesystem::path;

std::optional<path> lost_folder(const ExaminedRepo& repo) {
  if (!repo.is_adopted || !repo.is_readable) return std::nullopt;
  const auto record = record::load_header(repo.place.record, record::Trust::own);
  if (!record || !*record || (*record)->in_place) return std::nullopt;
  const auto status = fs::status_of_target((*record)->folder);
  const bool is_lost = status && status->kind == fs::Kind::missing;
  return is_lost ? std::optional((*record)->folder) : std::nullopt;
}

Result<std::vector<std::string>> release_adoption(const Environment& environment, const ExaminedRepo& repo) {
  ReleaseRequest request{.repo_id = adoption::id_with_hub(repo.target->hub, repo.repo.repo_id),
                         .targets = {repo.repo.target}};
  request.type = TRY(parse_repo_type(repo.repo.type));
  if (repo.target->layout.place_in("/")) request.place = repo.repo.place;
  std::vector<std::string> kept;
  for (auto& outcome : TRY(release_each(environment, request))) {
    const ReleaseReport report = TRY(std::move(outcome.report));
    kept.insert(kept.end(), report.kept.begin(), report.kept.end());
    if (!report.left.empty())
      return Error{ErrorCode::failed, say("some of its files are below a mount point"),
                   say("unmount it, then run the command again")};
  }
  return kept;
}

}  // namespace hubcache::caches
