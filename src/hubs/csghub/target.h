// csghub-sdk's snapshot_download and file_download, and its command csghub-cli. docs/formats/csghub.md describes them.
#pragma once

#include "hub/target.h"

namespace hubcache::hub {

const Target& csghub();
const Target& csghub_cli();

/// The parts of the target csghub; each is in its own file.
namespace csghub_parts {

/// Returns the folder of the cache: one for models and one for data sets, unless CSGHUB_CACHE names one for both.
std::filesystem::path cache_root(const Environment&, RepoType);
Result<Place> locate(const Environment&, RepoType, const RepoId&);
Places places(const Environment&, RepoType);
OtherRepos other_repos(const Environment&);
std::vector<SharedFolder> shared_folders(const Environment&);
Result<View> view(const Place&);

}  // namespace csghub_parts

}  // namespace hubcache::hub
