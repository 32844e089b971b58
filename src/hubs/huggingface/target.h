// huggingface_hub with its cache, and whatever is built on it (transformers, datasets …); or with local_dir=DIR.
// docs/formats/huggingface.md has the facts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/target.h"

namespace hubcache::hub {

const Target& huggingface();
const Target& huggingface_dir();  ///< local_dir=DIR

/// The parts of the targets, one file each.
namespace huggingface_parts {

/// The client's own state of a cache folder.
struct CacheState final : ClientState {
  std::map<std::string, std::string> refs;  ///< the content of each file below refs/
  std::vector<std::string> blobs;           ///< the names in blobs/, sorted
};

Result<Place> locate(const Environment&, RepoType, const RepoId&);
Places places(const Environment&, RepoType);
Place local_dir(const std::filesystem::path&);
/// Returns a folder beside `folder`, where neither clients nor their tools look; `inside` if that would be on another
/// file system, or cannot be written to.
std::filesystem::path record_beside(const std::filesystem::path& folder, const std::filesystem::path& inside);

/// As huggingface_hub.utils.validate_repo_id refuses it.
std::string_view objection_to(const RepoId&);

Result<View> view(const Place&);
Result<View> view_of_local_dir(const Place&);

/// The folder of a commit's files, and a file of it.
std::string snapshot_folder(std::string_view commit);
std::optional<RelPath> location(const RelPath&, std::string_view commit);
/// `.no_exist/<commit>/<path>` of the file at this location; "" for a location outside of the snapshots.
std::string absence_note(const RelPath& location);
/// The id by which the client knows a file's content: the SHA-256 of an LFS file, else the git blob id.
std::string_view etag_of(const RemoteFile&);
/// The commit that the place records for the revision, or else a made-up one: see Rules::version_in.
std::string version_in(const View&, const RepoRef&);
bool is_made_up(const RepoRef&, std::string_view version);  ///< see Rules::is_made_up
/// The verdict where the hub refuses the repo or is not asked: huggingface_hub then takes the files that exist, and
/// hf_hub_download raises an exception for the others (0.26.5 to 2.4.0). Nothing if the hub lists the file.
std::optional<Verdict> without_hub(const FileFacts&, const RemoteFile&, Question);

Result<std::vector<CommitCopy>> commit_copies(const Environment&, const RepoRef&, std::string_view commit);
std::string copies_caution(const Environment&, const RepoRef&, std::string_view commit, bool has_code);

std::vector<MetadataFile> metadata(const RevisionFacts&, const Standing&);
/// trees/<commit>.json of the files that stand beneath `folder` ("" or ending in '/').
MetadataFile tree_listing(const std::string& folder, const RevisionFacts&, const Standing&);

}  // namespace huggingface_parts

}  // namespace hubcache::hub
