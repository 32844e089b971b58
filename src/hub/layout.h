// The layout of a target: where its client keeps the files of a repo, and which names belong to the client.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "hub/anatomy.h"
#include "hub/view.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

/// A revision as the hub has it now.
struct RevisionFacts {
  const Revision& revision;
  std::string_view version = {};        ///< RemoteTree::version; "" if unknown
  const RemoteTree* listing = nullptr;  ///< nullptr: hubcache did not ask the hub
};

/// Describes a target in one environment, for people.
struct Description {
  std::string place;                       ///< the cache folder, with <owner> and <name> for those of the repo
  std::string_view variable;               ///< the environment variable that sets the cache folder
  std::vector<std::string_view> packages;  ///< the PyPI packages that contain the client
  std::string_view accepts;                ///< the files that the client accepts, in words
};

/// The repos in the places of a target.
struct Places {
  std::vector<std::pair<RepoId, Place>> found;
  std::vector<Error> unreadable;  ///< folders that may hold more repos, and repos without a known place

  void add(const RepoId& id, Result<Place> place);
};

/// A folder that some versions of a client use instead of the place.
struct OtherFolder {
  std::filesystem::path folder;  ///< "": all versions use the place
  std::string_view versions;     ///< the name of the client with these versions, for texts
};

/// One constant object for each target.
struct Layout {
  virtual ~Layout() = default;
  virtual Description describe(const Environment& environment) const = 0;
  /// Returns the place in which the client looks for the repo. Pure, except that it reads which file system a folder is
  /// on.
  virtual Result<Place> locate(const Environment& environment, RepoType type, const RepoId& id) const = 0;
  /// Returns the place in a folder that the calling program names (local_dir), for any repo. nullopt: the client has
  /// places of its own.
  virtual std::optional<Place> place_in(const std::filesystem::path& /*folder*/) const { return std::nullopt; }
  /// Whether the client also looks for the files in the program's working folder (Place::working_link).
  virtual bool looks_in_working_folder() const { return false; }
  /// Whether the client expands a leading "~" of that folder.
  virtual bool expands_user() const { return false; }
  /// Returns a folder with files that some versions of the client use although the place has files, too. Reads the file
  /// system.
  virtual OtherFolder used_instead(const Environment&, RepoType, const RepoId&) const { return {}; }
  /// Finds all repos in the client's places. An id is a guess from the folder's name; the record of an adoption has the
  /// real id.
  virtual Places places(const Environment& environment, RepoType type) const = 0;
  /// Returns what is in such a place.
  virtual const Anatomy& anatomy() const {
    static constexpr Anatomy files_of_one_revision;
    return files_of_one_revision;
  }
  /// Finds the repos in the client's cache that are in none of its places.
  virtual OtherRepos other_repos(const Environment& /*environment*/) const { return {}; }
  /// Finds the folders that the repos in the client's cache share.
  virtual std::vector<SharedFolder> shared_folders(const Environment& /*environment*/) const { return {}; }
  /// Returns why the client does not accept the id; "" if it does. Pure.
  virtual std::string_view objection_to(const RepoId&) const { return ""; }
  /// Returns the repo that the client asks the hub for when its user names `id`. Pure.
  virtual RepoId repo_on_hub(const RepoId& id) const { return id; }
  /// Whether most users of the repo load it by this client rather than by the hub's own. Pure.
  virtual bool is_usual_for(const RepoId&) const { return false; }
  /// Returns the folder that holds the files of the revision by their paths. Pure.
  virtual std::filesystem::path files_in(const View& view, const RepoRef&) const { return view.place.root; }
  /// Returns where in the place the client keeps a file of the repo; nullopt: the client has no location for the
  /// file, or the location is unknown because hubcache did not ask the hub; an adopted file then keeps its location.
  /// Pure.
  virtual std::optional<RelPath> location(const RelPath& path, const RevisionFacts&) const { return path; }
  /// Returns the names that belong to the client or to hubcache in every folder of the place.
  virtual std::vector<std::string> own_names() const = 0;
  /// Returns the names that belong to the client or to hubcache at the top of the place only.
  virtual std::vector<std::string> own_names_at_top() const = 0;
};

}  // namespace hubcache::hub
