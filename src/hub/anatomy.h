// Describes the files that a client keeps in the folder of a repo, and finds the repos in its cache that are in none of
// its places. The commands that look at whole caches use it.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

namespace hubcache::hub {

/// The contents of Place::temporary.
enum class Temporary {
  unfinished,  ///< unfinished downloads of this repo, and their locks
  mixed,       ///< other files, too: Anatomy::unfinished tells them apart
  shared,      ///< unfinished downloads of all repos
};

/// Describes the folder of a repo. The default is a folder that has the files of one revision by their paths. Names are
/// relative to Place::root.
struct Anatomy {
  /// The folder that has a folder for each revision; "": none.
  std::string_view revisions = {};
  /// The folder with the contents to which the files of the revisions are symlinks; "": none.
  std::string_view contents = {};
  /// A folder outside the place, with contents that several repos share: symlinks in `contents` lead there. "": none.
  std::string_view shared_contents = {};
  /// The ending of the file beside a shared content that lists the symlinks to it; such a content also has a lock
  /// (flock) with lock_ending. "": none.
  std::string_view shared_list = {};
  /// The folder with a file for each name of a revision, which has the name of the revision's folder; "": none.
  std::string_view names = {};
  /// A folder beside the places, which has a folder with the client's locks (flock) for each place, of the place's
  /// name; "": none.
  std::string_view locks = {};
  /// Endings of the names of unfinished downloads.
  std::span<const std::string_view> unfinished = {};
  Temporary temporary = Temporary::unfinished;
  /// Whether the client keeps the files in a folder of the program, so that the place has only metadata.
  bool has_files_elsewhere = false;
};

/// The ending of locks in the temporary folders of all clients.
constexpr std::string_view lock_ending = ".lock";

/// Whether the name has one of the endings of unfinished downloads.
bool is_unfinished(const Anatomy& anatomy, std::string_view path);

/// Returns the name of the file that the client makes from an unfinished download: without the ending, without a random
/// part before it (".1a2b3c4d"), and without the range of a part ("_0_1048575"). Pure.
std::string finished_name(const Anatomy& anatomy, std::string_view path);

/// A repo in a client's cache that is in none of its places: another version of the client has put it there, or its
/// first download is unfinished, or hubcache has no place for its id.
struct OtherRepo {
  std::string id;         ///< as the client names the repo; it may have no owner
  std::string_view type;  ///< "model", "dataset", or another word of the client
  std::filesystem::path root;
  std::filesystem::path temporary;  ///< "": none outside the root
  std::filesystem::path record;     ///< hubcache's own folder for this repo
  const Anatomy* anatomy = nullptr;
};

/// A folder that the repos in a client's cache share.
struct SharedFolder {
  enum class What {
    locks,      ///< locks (flock)
    downloads,  ///< unfinished downloads
    contents,   ///< Anatomy::shared_contents
  };
  std::filesystem::path folder;
  What what = What::locks;
  std::filesystem::path record;  ///< hubcache's own folder for it
};

struct OtherRepos {
  std::vector<OtherRepo> found;
  std::vector<Error> unreadable;  ///< folders that may hold more repos
};

}  // namespace hubcache::hub
