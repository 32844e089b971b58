// The folders of huggingface_hub, which clients of several hubs use: its cache, and local_dir.
// docs/formats/huggingface.md describes them.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hub/rules.h"

namespace hubcache::hub::hf_client {

/// State that only the cache has.
struct CacheState final : ClientState {
  RepoType type = RepoType::model;
  std::map<std::string, std::string> refs;  ///< the content of each file below refs/
  std::vector<std::string> blobs;           ///< the names in blobs/, sorted
};

/// Returns why huggingface_hub.utils.validate_repo_id rejects the id; "" if it does not.
std::string_view objection_to(const RepoId&);

/// `cache`: the folder with the folders of all repos.
Place locate(const std::filesystem::path& cache, RepoType, const RepoId&);
Places places(const std::filesystem::path& cache, RepoType);
Place local_dir(const std::filesystem::path&);
OtherRepos other_repos(const std::filesystem::path& cache);
std::vector<SharedFolder> shared_folders(const std::filesystem::path& cache);
extern const Anatomy cache_anatomy, local_dir_anatomy;

Result<View> view(const Place&);
Result<View> view_of_local_dir(const Place&);

/// Returns the folder of a commit's files; location() returns a file in it.
std::string snapshot_folder(std::string_view commit);
std::optional<RelPath> location(const RelPath&, std::string_view commit);
/// Returns `.no_exist/<commit>/<path>` for the file at this location; "" for a location outside the snapshots.
std::string absence_note(const RelPath& location);

/// Whether the text is a commit: 40 hex digits.
bool is_commit(std::string_view);
/// Returns the commit that the place records for the revision, or else a made-up one: see Rules::version_in.
std::string version_in(const View&, const RepoRef&);
bool is_made_up(const RepoRef&, std::string_view version);  ///< see Rules::is_made_up

/// `optional_files`: those that programs request although a repo may lack them. Those that the repo lacks are noted.
std::vector<MetadataFile> metadata(const RevisionFacts&, const Standing&,
                                   std::span<const std::string_view> optional_files);
/// Returns trees/<commit>.json for the files below `folder` ("", or a path with a '/' at the end).
MetadataFile tree_listing(const std::string& folder, const RevisionFacts&, const Standing&);
/// Whether the client cannot use a metadata file with these bytes.
bool is_damaged_metadata(std::string_view name, std::string_view bytes);

}  // namespace hubcache::hub::hf_client
