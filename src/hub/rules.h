// The rules of a target: when its client accepts a file, which metadata it needs, and which links are safe.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/environment.h>
#include <hubcache/link.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>
#include <hubcache/verdict.h>

#include "hub/layout.h"
#include "hub/view.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

/// Settings of the client's process on which its verdicts depend.
struct ClientSettings {
  bool hash_validation = false;
  std::uint64_t parallel_threshold = 160ull << 20;  ///< bytes; the client downloads larger files in parts and resumes
  bool is_offline = false;                          ///< a variable stops the client from contacting the hub
};

/// An adopted file of a revision.
struct PlacedPath {
  const RelPath& path;
  std::uint64_t size;   ///< bytes
  std::string_view id;  ///< the id by which the client knows the content
};

/// The files of the place after an adoption.
struct Standing {
  std::span<const PlacedPath> placed;
  std::span<const PlacedFile* const> others;  ///< files that are not adopted, and that stay; without folders
};

/// The facts about one path that determine a verdict.
struct FileFacts {
  std::vector<const IndexRecord*> records;  ///< the path's records, in the index's order
  /// Number of `records` before an index record at which the client raises an exception; nullopt if there is none.
  std::optional<std::size_t> stumbles_after;
  const PlacedFile* file = nullptr;           ///< the file at the path's location
  bool leftover = false;                      ///< an unfinished download of the path
  bool dead_lock = false;                     ///< the path has a lock without a process id, which no client removes
  const ClientState* client_state = nullptr;  ///< View::client_state
  std::string sha256;                         ///< the file's SHA-256, if Rules::wanted_sha256() is not ""
  bool moves_by_rename = true;
};
/// Returns the facts about `path`. `location`: nullptr for a file that the client has no place for.
FileFacts facts_of(const View& view, std::string_view path, const RelPath* location);

/// A copy of a commit's files that a program makes outside the place, and then uses instead of the files.
struct CommitCopy {
  enum class Kind {
    code,  ///< the Python files, under their names
    data,  ///< a file made from all files of a data set
  };
  Kind kind;
  std::filesystem::path cache;  ///< the program's own folder for such copies
  std::string name;             ///< name of the copy's folder, relative to `cache`
};

/// A file or folder that a client writes.
struct Written {
  enum class What {
    file,
    folder,          ///< the client uses an existing folder as it is
    name_in_folder,  ///< the client deletes and recreates it
  };
  std::filesystem::path name;
  What what = What::file;
  std::string_view by = {};  ///< the client versions that write it; "": all versions
};

struct MetadataFile {
  std::string name;                  ///< relative to the place; it may lie in a folder
  std::optional<std::string> bytes;  ///< nullopt: the file must not exist
};

/// One constant object for each target. All functions are pure, unless their comment says otherwise.
struct Rules {
  virtual ~Rules() = default;
  /// Returns how the client asks for files.
  virtual Question question() const { return Question::snapshot; }
  virtual ClientSettings settings(const Environment&) const { return {}; }
  /// Reads the place as the client would, from the file system.
  virtual Result<View> view(const Place& place) const = 0;
  /// Returns what the client does about a file. Plan, status and explanations all use this verdict, so that they cannot
  /// contradict each other.
  virtual Verdict verdict(const FileFacts& facts, IndexState index, const RemoteFile& remote,
                          const ClientSettings& settings, Question question) const = 0;
  /// Returns the SHA-256 that the client requires of a local file; "" if it does not check the content.
  virtual std::string_view wanted_sha256(const RemoteFile&, const ClientSettings&) const { return ""; }
  /// Returns the format of the client's index; nullptr: the client has none. Even with an index format, a place may
  /// have no index.
  virtual const Index* index() const { return nullptr; }
  /// Returns the version of the revision as the place records it, in the form of RemoteTree::version; "" if the place
  /// has none. hubcache uses it if it does not ask the hub.
  virtual std::string version_in(const View&, const RepoRef&) const { return ""; }
  /// Whether hubcache made this version up, because it did not ask the hub.
  virtual bool is_made_up(const RepoRef&, std::string_view /*version*/) const { return false; }
  /// Returns the id by which the client knows this content.
  virtual ObjectId id_of(const RemoteFile& file) const { return file.sha; }
  /// False: after a push to the hub the client downloads the hub's new file, whatever its place contains.
  virtual bool can_pin() const { return true; }
  /// True: some versions of the client replace a file and write no record of it into the index.
  virtual bool replaces_without_record() const { return false; }
  /// True: files that the client adds beside the adopted files do no harm, and a release leaves them in the place.
  virtual bool keeps_additions() const { return false; }
  /// Returns the kinds of links through which the client cannot change the user's file, in the order in which hubcache
  /// tries them for each file; the last one is the copy. `moves_by_rename`: the client's temporary folder is on the
  /// place's file system.
  virtual std::vector<LinkKind> link_order(bool moves_by_rename) const;
  /// Returns why this kind of link would endanger the user's file in any case; "" if it does not.
  virtual std::string_view objection(LinkKind) const { return ""; }
  /// Returns the other metadata files of one adopted revision, as the client itself leaves them.
  virtual std::vector<MetadataFile> other_metadata(const Place&, const RevisionFacts&, const Standing&) const {
    return {};
  }
  /// Whether the client cannot use a metadata file with these bytes.
  virtual bool is_damaged_metadata(std::string_view /*name*/, std::string_view bytes) const { return bytes.empty(); }
  /// Returns the files that the client writes at every run, whatever its cache contains. If the client may not write
  /// one of them, it raises an exception.
  virtual std::vector<Written> written_at_each_run(const Place&) const { return {}; }
  /// Returns the file by which the client remembers that the repo has no file at this location: if it exists, the
  /// client does not look at the location. "": the client keeps no such notes.
  virtual std::string absence_note(const RelPath& /*location*/) const { return ""; }
  /// Finds the copies that programs have made of just this repo and version. Reads the file system.
  virtual Result<std::vector<CommitCopy>> commit_copies(const Environment&, const RepoRef&,
                                                        std::string_view /*version*/) const {
    return std::vector<CommitCopy>();
  }
  /// Returns sentences about what the client does with this place in this environment, if verdicts alone would mislead.
  /// Reads the file system.
  virtual std::vector<std::string> notes(const Environment&, const View&) const { return {}; }
  /// Returns a warning of such copies that names their folder; "" if programs make no copies of these files.
  virtual std::string copies_caution(const Environment&, const RepoRef&, std::string_view /*version*/,
                                     bool /*has_code*/) const {
    return "";
  }
};

}  // namespace hubcache::hub
