// The files of a published commit, packed in a file of this process: a hub serves many repos with very many files, and
// needs memory only for those that clients ask for just now.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "fs/descriptor.h"

namespace hubcache::hub {

struct PackedFile {
  std::string_view path;
  std::uint64_t size = 0;  ///< bytes
  Sha256 sha256;
  Sha1 git;  ///< id of the git blob; of a Git LFS file, that of its pointer
  bool is_lfs = false;
  std::string_view head;  ///< its first two bytes, or all if it is shorter
};

/// Thread-safe. The string_views that it returns are valid as long as the object.
class PackedFiles {
 public:
  class Packer;
  PackedFiles(const PackedFiles&) = delete;
  PackedFiles& operator=(const PackedFiles&) = delete;
  ~PackedFiles();

  std::size_t count() const { return count_; }
  std::size_t bytes() const { return bytes_; }  ///< on the disk
  std::size_t path_bytes() const;               ///< of all paths
  std::string_view path(std::size_t number) const;
  PackedFile at(std::size_t number) const;
  /// Returns the number of the first file whose path is not less; count() if there is none.
  std::size_t lower_bound(std::string_view path) const;
  std::optional<PackedFile> find(std::string_view path) const;

  /// Lets the system take back the memory of the pages that were read. They stay in its cache of files as long as the
  /// machine has memory to spare.
  void leave_memory() const;

 private:
  PackedFiles(const char* start, std::size_t bytes, std::size_t count) : start_(start), bytes_(bytes), count_(count) {}
  const char* start_;
  std::size_t bytes_, count_;
};

/// Takes the files in the order of their paths.
class PackedFiles::Packer {
 public:
  /// The file has no name. It is in TMPDIR or /var/tmp; in memory if neither can be written to, or has too little room.
  explicit Packer(const Environment& environment);

  Result<void> add(const PackedFile& file);
  Result<std::shared_ptr<const PackedFiles>> finish();

 private:
  Result<void> flush();
  bool write_in_memory();
  fs::Descriptor file_;
  std::string buffer_;
  std::uint64_t flushed_ = 0;           ///< bytes
  std::vector<std::uint32_t> offsets_;  ///< of the records
};

/// Returns the bytes of mapped files that are in this process's memory.
std::uint64_t mapped_bytes_in_memory();

}  // namespace hubcache::hub
