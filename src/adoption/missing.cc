#include "adoption/missing.h"

#include "hub/lfs_pointer.h"

namespace hubcache::adoption {

std::optional<MissingFile> missing_file(const ClientSees& sees, const RemoteFile& file, const RelPath* location,
                                        bool leaves) {
  const auto state = sees.view.place.index ? hub::IndexState::good : hub::IndexState::none;
  auto facts = hub::facts_of(sees.view, file.path.str(), location);
  if (leaves) facts = {};
  const Verdict verdict = sees.target.rules.verdict(facts, state, file, sees.settings, sees.target.rules.question());
  if (verdict.action == Action::accepts) return std::nullopt;
  return MissingFile{file.path.str(), file.lfs_size.value_or(file.size),
                     hub::is_size_known(*sees.revision.listing, file), verdict};
}

void drop_accepted(const ClientSees& sees, std::vector<MissingFile>& missing) {
  std::erase_if(missing, [&](const MissingFile& one) {
    const auto path = RelPath::parse(one.path);
    const RemoteFile* file = path ? sees.revision.listing->find(*path) : nullptr;
    if (!file) return false;
    const auto location = sees.target.layout.location(file->path, sees.revision);
    return !missing_file(sees, *file, location ? &*location : nullptr, false);
  });
}

}  // namespace hubcache::adoption
