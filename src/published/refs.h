// Reads and writes the commits and refs of a store.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/publish.h>

#include "published/keys.h"
#include "published/manifest.h"
#include "store/store.h"

namespace hubcache::published {

/// Returns the ref; nullopt if the store does not have the revision. Errors name the object.
Result<std::optional<Ref>> read_ref(store::Store& store, const StoredRepo& repo, const Revision& revision);
/// ErrorCode::failed if the manifest is missing or unusable.
Result<Manifest> read_manifest(store::Store& store, const StoredRepo& repo, const std::string& commit);
/// Does the same with one file after the other (each_file()).
Result<void> read_files(store::Store& store, const StoredRepo& repo, const std::string& commit,
                        const std::function<Result<void>(StoredFile&&)>& take);

/// Sets the time of a commit that a ref no longer names: garbage collections keep it for some days from now on.
Result<void> renew_commit(store::Store& store, const StoredRepo& repo, const std::string& commit);

/// Returns the revision for a report, without the numbers of its files.
PublishedRevision describe(const StoredRepo& repo, const Revision& revision, const Ref& ref);
/// Adds the numbers of its files.
void add_numbers(PublishedRevision& revision, const Manifest& manifest);

}  // namespace hubcache::published
