// The keys of a store's objects:
//
//   blobs/<2 digits>/<SHA-256>                        a file's content; never changes
//   repos/<hub>/<kind>/<owner>/<name>/commits/<commit>.json.z   a commit's manifest; never changes
//   repos/<hub>/<kind>/<owner>/<name>/refs/<revision> the commit of a branch or tag; the only object that is
//   overwritten publishing/<id>                                   somebody is publishing gc/<id> somebody is collecting
//   garbage check/<id>                                        made and removed by check_store()
//
// <kind> is "models" or "datasets". A revision is one part of the key: its other characters are percent-encoded.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <hubcache/digest.h>
#include <hubcache/repo.h>

#include "hub/hub.h"

namespace hubcache::published {

inline constexpr const char* blobs_prefix = "blobs/";
inline constexpr const char* repos_prefix = "repos/";
inline constexpr const char* publishing_prefix = "publishing/";
inline constexpr const char* gc_prefix = "gc/";

/// Whether the text has that many digits, all of them lower-case hex.
bool is_hex(std::string_view text, std::size_t digits);
/// Whether the text has the form of a commit's id.
bool is_commit(std::string_view text);

/// Returns "models" or "datasets".
std::string_view kind_of(RepoType type);

std::string blob_key(const Sha256& sha256);
/// Returns the SHA-256 of a blob's key in hex; "" for another key.
std::string_view sha256_of_key(std::string_view key);

/// A repo in a store.
struct StoredRepo {
  const hub::Hub* hub;
  RepoType type = RepoType::model;
  RepoId id;
};

/// Returns the common prefix of the repo's keys, with a slash at its end.
std::string prefix_of(const StoredRepo& repo);
std::string commit_key(const StoredRepo& repo, std::string_view commit);
std::string ref_key(const StoredRepo& repo, const Revision& revision);

/// The repo, and the ref or manifest, that a key below "repos/" names.
struct RepoKey {
  StoredRepo repo;
  std::optional<Revision> revision = {};  ///< of a ref
  std::string commit = {};                ///< of a manifest
};
/// Returns nullopt for a key that none of these functions makes, or of a hub that this version does not know.
std::optional<RepoKey> parse_repo_key(std::string_view key);

}  // namespace hubcache::published
