// huggingface_hub with its cache, as transformers, datasets and others use it, or with local_dir=DIR.
// docs/formats/huggingface.md describes it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "hub/target.h"

namespace hubcache::hub {

const Target& huggingface();
const Target& huggingface_dir();  ///< local_dir=DIR

/// The parts of the targets; each is in its own file.
namespace huggingface_parts {

/// State that only huggingface_hub's cache folders have.
struct CacheState final : ClientState {
  std::map<std::string, std::string> refs;  ///< the content of each file below refs/
  std::vector<std::string> blobs;           ///< the names in blobs/, sorted
};

Result<Place> locate(const Environment&, RepoType, const RepoId&);
Places places(const Environment&, RepoType);
Place local_dir(const std::filesystem::path&);

/// Returns why huggingface_hub.utils.validate_repo_id rejects the id; "" if it does not.
std::string_view objection_to(const RepoId&);

Result<View> view(const Place&);
Result<View> view_of_local_dir(const Place&);

/// Returns the folder of a commit's files; location() returns a file in it.
std::string snapshot_folder(std::string_view commit);
std::optional<RelPath> location(const RelPath&, std::string_view commit);
/// Returns `.no_exist/<commit>/<path>` for the file at this location; "" for a location outside the snapshots.
std::string absence_note(const RelPath& location);
/// Returns the id by which the client knows a file's content: the SHA-256 of an LFS file, else the git blob id.
std::string_view etag_of(const RemoteFile&);
/// Returns the commit that the place records for the revision, or else a made-up one: see Rules::version_in.
std::string version_in(const View&, const RepoRef&);
bool is_made_up(const RepoRef&, std::string_view version);  ///< see Rules::is_made_up
/// Returns the verdict if the hub refuses the repo or the client does not ask it: huggingface_hub then uses the files
/// that exist, and hf_hub_download raises an exception for the others (0.26.5 to 2.4.0). Returns nullopt otherwise.
std::optional<Verdict> without_hub(const FileFacts&, const RemoteFile&, Question);

Result<std::vector<CommitCopy>> commit_copies(const Environment&, const RepoRef&, std::string_view commit);
std::string copies_caution(const Environment&, const RepoRef&, std::string_view commit, bool has_code);

std::vector<MetadataFile> metadata(const RevisionFacts&, const Standing&);
/// Returns trees/<commit>.json for the files below `folder` ("", or a path with a '/' at the end).
MetadataFile tree_listing(const std::string& folder, const RevisionFacts&, const Standing&);

}  // namespace huggingface_parts

}  // namespace hubcache::hub
