// One reader of repos on this machine: where it looks, which metadata it wants there, when it accepts a file.
// A new target of a known hub is one new file in the hub's folder, with one constant object.
#pragma once

#include <filesystem>
#include <functional>
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

#include "hub/hub.h"
#include "hub/view.h"
#include "repo/remote_tree.h"

namespace hubcache::hub {

/// What the reader's process will be like, as far as its verdicts depend on it.
struct Reader {
  bool hash_validation = false;
  std::uint64_t parallel_threshold = 160ull << 20;  ///< bytes; larger files come in parts, which are resumed
};

/// What a revision is at the moment: the listing is nullptr where the hub was not asked.
struct RevisionFacts {
  const Revision& revision;
  std::string_view version = {};  ///< RemoteTree::version; "" if unknown
  const RemoteTree* listing = nullptr;
};

/// A file that stands for a revision.
struct PlacedPath {
  const RelPath& path;
  std::uint64_t size;   ///< bytes
  std::string_view id;  ///< its exact id
};

/// What will stand in the place for a revision.
struct Standing {
  std::span<const PlacedPath> placed;
  std::span<const PlacedFile* const> others;  ///< that hubcache has nothing to do with, and that stay; folders are none
};

/// Of a reader, for people.
struct Description {
  std::string place;                       ///< in the present environment; with <owner> and <name> for the repo's
  std::string_view variable;               ///< that it depends on
  std::vector<std::string_view> packages;  ///< of PyPI, which the reader comes in
  std::string_view accepts;                ///< what it takes, in words
};

/// What users call the client, and the functions by which it asks for files.
struct ClientNames {
  std::string_view client;
  std::string_view snapshot = {};     ///< for all files; "" where users call no such function themselves
  std::string_view single_file = {};  ///< likewise for one file

  /// The function that asks this question, else the client.
  std::string_view that_asks(Question question) const {
    const std::string_view function = question == Question::single_file ? single_file : snapshot;
    return function.empty() ? client : function;
  }
};

/// What one path has to do with one question.
struct FileFacts {
  std::vector<const IndexRecord*> records;    ///< of the path, in the index's order
  std::optional<std::size_t> stumbles_after;  ///< after so many of them stands a record at which the client raises
  const PlacedFile* file = nullptr;           ///< what stands at its location
  bool leftover = false;                      ///< an unfinished download of the path
  bool dead_lock = false;                     ///< a lock on the path's download that names no process: never taken away
  const std::vector<std::string>* blobs = nullptr;  ///< what the place keeps of contents, by their etags; sorted
  std::string sha256;                               ///< of the content, where needs_content_hash() says so
  bool moves_by_rename = true;
};
/// `location` is nullptr for a file that the reader has no place for.
FileFacts facts_of(const View& view, std::string_view path, const RelPath* location);

/// Whether the verdict depends on the file's content: hash validation, and a hub that names a SHA-256.
bool needs_content_hash(const RemoteFile& remote, const Reader& reader);

/// A copy of a commit's files that programs make outside of the place, and take from then on instead of the files.
struct CommitCopy {
  enum class Kind {
    code,  ///< the Python files themselves, by their names
    data,  ///< made from all files of a data set
  };
  Kind kind;
  std::filesystem::path cache;  ///< the program's own folder for such copies
  std::string name;             ///< of the copy's folder, relative to `cache`
};

/// What a client writes.
struct Written {
  enum class What {
    file,
    folder,          ///< an existing one is taken as it is
    name_in_folder,  ///< removed and made again
  };
  std::filesystem::path name;
  What what = What::file;
  std::string_view by = {};  ///< the versions that do this, which the place does not tell; "" for all of them
};

struct MetadataFile {
  std::string name;                  ///< relative to the place; it may lie in a folder
  std::optional<std::string> bytes;  ///< none: nothing may stand there
};

/// The repos that stand in a target's places.
struct Places {
  std::vector<std::pair<RepoId, Place>> found;
  std::vector<Error> unreadable;  ///< folders that may hold more, and repos whose place cannot be told

  void add(const RepoId& id, Result<Place> place);
};

struct Target {
  virtual ~Target() = default;
  virtual std::string_view name() const = 0;
  virtual const Hub& hub() const = 0;
  virtual Description describe(const Environment&) const = 0;
  virtual ClientNames client() const = 0;
  /// What every user of it has to know before adopting; "" if there is nothing.
  virtual std::string_view caution(const Place&) const { return ""; }
  /// Whether most users of this repo read it by this reader, and what these users call it.
  virtual bool is_usual_for(const RepoId&) const { return false; }
  virtual std::string_view usual_reader() const { return ""; }
  /// How it asks for files.
  virtual Question question() const { return Question::snapshot; }
  /// What it writes at every run, whatever its cache holds: where it may not, it raises. Pure.
  virtual std::vector<Written> written_at_each_run(const Place&) const { return {}; }
  /// Whether it expands a leading "~" of the folder that it is told (place_in).
  virtual bool expands_user() const { return false; }
  /// Why its clients take this for no id of a repo; "" if they take it. Pure.
  virtual std::string_view objection_to(const RepoId&) const { return ""; }
  /// The repo that it asks the hub for when its user names this one.
  virtual RepoId repo_on_hub(const RepoId& id) const { return id; }
  /// Where the reader looks for the repo: pure but for asking which file system is where.
  virtual Result<Place> locate(const Environment&, RepoType, const RepoId&) const = 0;
  /// For a reader that is told its folder at each call: that folder, for any repo. nullopt: it has places of its own.
  virtual std::optional<Place> place_in(const std::filesystem::path&) const { return std::nullopt; }
  /// All repos that stand in the reader's places. An id is unmasked by guess: what hubcache recorded knows better.
  virtual Places places(const Environment&, RepoType) const = 0;
  virtual Reader reader(const Environment&) const = 0;
  /// What the place itself says that the revision is, for when the hub is not asked: as RemoteTree::version, or "".
  /// Pure.
  virtual std::string version_in(const View&, const RepoRef&) const { return ""; }
  /// Whether hubcache made this version up, because the hub was not asked. Pure.
  virtual bool is_made_up(const RepoRef&, std::string_view /*version*/) const { return false; }
  /// The folder that holds the revision's files by their names, as the place itself knows the revision. Pure.
  virtual std::filesystem::path files_in(const View& view, const RepoRef&) const { return view.place.root; }
  /// The id by which the reader knows this content. Pure.
  virtual ObjectId id_of(const RemoteFile& file) const { return file.sha; }
  /// Where in the place the reader keeps a file of the repo. Pure. nullopt: it does not know of the file, or has no
  /// place for it. Where the hub was not asked, what is adopted already stays where it is, whatever this says.
  virtual std::optional<RelPath> location(const RelPath& path, const RevisionFacts&) const { return path; }
  /// False: after a push to the hub the reader wants the hub's new file, whatever its place holds.
  virtual bool can_pin() const { return true; }
  /// True: what the reader puts into the place beside the adopted files is in nobody's way, and stays when they are
  /// released.
  virtual bool keeps_additions() const { return false; }
  /// What its clients do after a push, and with files of the hub that are not adopted, where that is not what verdicts
  /// tell; "" if it is.
  virtual std::string_view when_hub_moved_on() const { return ""; }
  virtual std::string_view when_hub_has_more() const { return ""; }
  /// What its clients do about an adopted file that the hub does not have; "" if they take it.
  virtual std::string_view when_only_here() const { return ""; }
  /// The file by which the client remembers that the repo has no file at this location: where it stands, clients do not
  /// look at the file itself. "" for a target whose clients keep no such notes. Pure.
  virtual std::string absence_note(const RelPath& /*location*/) const { return ""; }
  /// The copies that programs have made of just this repo and version.
  virtual Result<std::vector<CommitCopy>> commit_copies(const Environment&, const RepoRef&,
                                                        std::string_view /*version*/) const {
    return std::vector<CommitCopy>();
  }
  /// What the user has to know of such copies, with the folder where they are; "" if these files are not copied.
  virtual std::string copies_caution(const Environment&, const RepoRef&, std::string_view /*version*/,
                                     bool /*has_code*/) const {
    return "";
  }
  /// The kinds of links that leave the user's file alone whatever the reader does, in the order in which hubcache tries
  /// them for each file; the last one is the copy. `moves_by_rename`: the client's temporary folder is on the place's
  /// file system. Pure.
  virtual std::vector<LinkKind> link_order(bool moves_by_rename) const;
  /// Why this kind of link would endanger the user's file in any case; "" if it does not.
  virtual std::string_view objection(LinkKind) const { return ""; }
  /// The format of its index; nullptr if it has none. A place may lack an index all the same.
  virtual const Index* index() const { return nullptr; }
  std::string index_name() const { return index() ? std::string(index()->name) : ""; }
  /// What it would load from there.
  virtual Result<View> view(const Place&) const = 0;
  /// Pure. Serves plan, status and explanation alike, so that what is said and what is done cannot drift apart.
  virtual Verdict verdict(const FileFacts&, IndexState, const RemoteFile&, const Reader&, Question) const = 0;
  /// The other metadata files of one adopted revision, as the reader itself leaves them. Pure.
  virtual std::vector<MetadataFile> other_metadata(const Place&, const RevisionFacts&, const Standing&) const {
    return {};
  }
  /// Whether the reader cannot use a metadata file with these bytes. Pure.
  virtual bool is_damaged_metadata(std::string_view, std::string_view bytes) const { return bytes.empty(); }
  /// Names that are the reader's or hubcache's own: anywhere in the tree, and at its top only.
  virtual std::vector<std::string> own_names() const = 0;
  virtual std::vector<std::string> own_names_at_top() const = 0;
};

}  // namespace hubcache::hub
