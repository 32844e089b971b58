// modelscope with its default cache, or with local_dir. docs/formats/modelscope.md describes it.
#pragma once

#include "hub/target.h"

namespace hubcache::hub {

const Target& modelscope();
const Target& modelscope_dir();  ///< local_dir=DIR
const Target& modelscope_fastdeploy();
const Target& modelscope_paddlex();

/// The parts of the targets; each is in its own file.
namespace modelscope_parts {

/// Returns the folder of the cache, for the target's description.
std::filesystem::path cache_root(const Environment&);
/// Returns the folder with the record folders of all repos.
std::filesystem::path records(const Environment&);
Result<Place> locate(const Environment&, RepoType, const RepoId&);
Places places(const Environment&, RepoType);
OtherRepos other_repos(const Environment&);
std::vector<SharedFolder> shared_folders(const Environment&);
/// What all versions of the clients leave in a folder with the files of a repo.
extern const Anatomy anatomy;
/// Returns the folder that clients from 1.38 on use instead of the repo's place.
OtherFolder used_since_1_38(const Environment&, RepoType, const RepoId&);
/// Returns the folder in which clients from 1.38 on keep their own layout: a folder OWNER--NAME for each repo.
std::filesystem::path repos_since_1_38(const Environment&, RepoType);
/// Returns true for an existing folder that is not empty.
bool has_content(const std::filesystem::path&);
/// Returns the place of a client that gets the folder as local_dir.
Place local_dir_place(const std::filesystem::path& root, const std::filesystem::path& record);
/// Returns the lock that clients from 1.31 on hold while they download into a place of the cache; "" for a local_dir.
std::filesystem::path lock_of(const Place&);
Result<View> view(const Place&);
extern const Index index;

}  // namespace modelscope_parts

}  // namespace hubcache::hub
