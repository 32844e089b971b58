// The contents of a client's place, read once.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <hubcache/repo.h>

#include "fs/file.h"
#include "hub/index.h"

namespace hubcache::hub {

/// The folders in which one client keeps one repo. Paths are absolute.
struct Place {
  std::filesystem::path root;       ///< the folder of the repo's files
  std::filesystem::path temporary;  ///< the client downloads into this folder, then moves the file into `root`
  std::filesystem::path record;     ///< hubcache's own folder for this place, on the place's file system
  const Index* index = nullptr;     ///< nullptr: the client has no index and uses the files that it finds
  std::string model_id;             ///< the name of the repo that the client writes into the place
  /// The symlink that the client makes for a repo with dots in its id: from the unmasked name to the masked folder.
  struct NameLink {
    std::filesystem::path name, target;
  };
  std::optional<NameLink> name_link;
  /// The folder in which a client that is started in the present working folder looks for the files, if it does not use
  /// `root`; an adoption makes it a symlink to `root`.
  std::filesystem::path working_link = {};
};

enum class IndexState {
  none,  ///< the client has no index in this place
  missing,
  good,
  damaged,
  unreadable,
};

struct PlacedFile {
  std::string path;  ///< relative to the root, as on disk
  fs::Kind kind = fs::Kind::file;
  FileStamp stamp;                ///< lstat
  std::uint32_t links = 0;        ///< hard links
  bool exists = true;             ///< false: a symlink to nothing
  bool behind_link = false;       ///< reached through a symlinked folder: not a file of this place
  std::uint64_t target_size = 0;  ///< bytes of a symlink's target

  /// Returns the number of bytes that a program reads from the file.
  std::uint64_t size() const { return kind == fs::Kind::symlink ? target_size : stamp.size; }
};

/// A file of a running or killed download.
struct Leftover {
  std::string path;  ///< relative to the temporary folder
  std::uint64_t size = 0;
};

/// State of the place that only one hub's clients have. Only the code of that hub defines and reads it.
struct ClientState {
  virtual ~ClientState() = default;
};

struct View {
  View() = default;
  View(View&&) = default;  ///< not copied: the look-up tables point into `index`
  View& operator=(View&&) = default;

  Place place;
  IndexState index_state = IndexState::missing;
  std::string index_error;
  FileStamp index_stamp;  ///< stamp of the index file before it was read
  std::vector<IndexRecord> index;
  std::vector<PlacedFile> files;    ///< sorted by path, without the client's metadata
  std::vector<Leftover> leftovers;  ///< sorted by path
  std::vector<std::string> busy;    ///< texts: who is downloading into the place at present
  bool root_exists = false;         ///< the place exists as a folder or a symlink
  bool root_is_link = false;        ///< the place is itself a symlink
  bool moves_by_rename = true;      ///< the temporary folder is on the place's file system
  /// The files by which the client remembers that the hub lacks a file (Rules::absence_note). Relative to the root;
  /// sorted.
  std::vector<std::string> absence_notes;
  std::shared_ptr<const ClientState> client_state;  ///< nullptr if the target's rules need none
  /// In an adoption in place: the locations of files that the client has put there without a record in its index
  /// (Rules::replaces_without_record). Only adoption/put_by_client.h fills it. Sorted.
  std::vector<std::string> put_by_client;
  std::vector<std::string> unmasked_files;  ///< files in the unmasked folder of a dotted name, where no client looks

  /// Builds the look-up tables; call it after filling `index`.
  void sort_out_index();
  /// Returns the positions in `index` of the path's records, in order.
  const std::vector<std::uint32_t>& records_of(std::string_view path) const;
  /// Returns the position of the first record at which the client raises an exception for every path; index.size() if
  /// there is none.
  std::size_t first_stumbling_block() const { return first_stumbling_block_; }
  const PlacedFile* file(std::string_view path) const;
  bool has_leftover(std::string_view path) const;
  bool has_absence_note(std::string_view name) const;

 private:
  std::unordered_map<std::string_view, std::vector<std::uint32_t>> by_path_;
  std::size_t first_stumbling_block_ = 0;
};

}  // namespace hubcache::hub
