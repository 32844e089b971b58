// The repos in the caches of clients with an index `.msc` that are in none of the clients' places.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include <hubcache/repo.h>

#include "hub/layout.h"

namespace hubcache::hub::msc {

/// Adds the repos whose first download is unfinished, so that they have a folder `temporary`/owner/name and no place.
void add_unfinished(const std::filesystem::path& temporary, RepoType type,
                    const std::function<Result<Place>(const RepoId&)>& locate, OtherRepos& repos);

/// Adds the repos in folder/<owner>/<name> that have an index or the client's other metadata, and those that an
/// interrupted removal has moved away. Skips hidden owners. `records`: the folder with the record folders of these
/// repos.
void add_with_metadata(const std::filesystem::path& folder, const std::filesystem::path& records, RepoType type,
                       const Anatomy& anatomy, OtherRepos& repos);

/// Like add_with_metadata(), for all folders in folder/<owner>/<name>, where `folder` has nothing but repos of this
/// type. Also skips owners with "--", which no hub has: the clients keep a repo in one folder of such a name.
void add_all(const std::filesystem::path& folder, const std::filesystem::path& records, RepoType type,
             const Anatomy& anatomy, OtherRepos& repos);

}  // namespace hubcache::hub::msc
