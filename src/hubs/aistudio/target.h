// aistudio-sdk 0.3.x with its default cache, or with local_dir. docs/formats/aistudio.md describes it;
// utils/caching.py is the same in all 0.3 releases.
#pragma once

#include "hub/target.h"

namespace hubcache::hub {

const Target& aistudio();
const Target& aistudio_dir();  ///< local_dir=DIR

/// The parts of the target; each is in its own file.
namespace aistudio_parts {

std::filesystem::path models_root(const Environment&, RepoType);
Result<Place> locate(const Environment&, RepoType, const RepoId&);
Places places(const Environment&, RepoType);
OtherRepos other_repos(const Environment&);
Result<View> view(const Place&);
extern const Index index;

}  // namespace aistudio_parts

}  // namespace hubcache::hub
