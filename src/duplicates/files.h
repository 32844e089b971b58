// The files that may have duplicates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "fs/root.h"
#include "hash/file_digester.h"

namespace hubcache::duplicates {

/// Smaller files gain nothing: they occupy one block of most file systems.
constexpr std::uint64_t smallest = 4096;

/// A name of a file, in one of Files::folders.
struct FileName {
  std::uint32_t folder = 0;
  std::string path;            ///< relative to the folder
  bool may_be_linked = false;  ///< a client has put it there, and no client writes through the name
};

struct File {
  hash::FileState state;
  std::uint64_t disk_size = 0;  ///< bytes of its blocks
  std::uint32_t links = 1;      ///< hard links, also those that were not found
  std::vector<FileName> names;  ///< sorted

  std::uint64_t size() const { return state.stamp.size; }
  /// Whether all of its names are known and may become names of another file.
  bool may_be_linked() const {
    for (const FileName& name : names) {
      if (!name.may_be_linked) return false;
    }
    return names.size() == links;
  }
};

struct Files {
  std::vector<std::filesystem::path> folders;
  std::vector<File> files;                           ///< each file once
  std::vector<FileName> left_over;                   ///< of a killed operation: see link.h
  std::uint64_t of_others = 0, of_others_bytes = 0;  ///< files of other users, which are left out
  std::vector<std::string> notes;                    ///< what could not be read

  std::filesystem::path path_of(const FileName& name) const { return folders[name.folder] / name.path; }
  std::filesystem::path path_of(const File& file) const { return path_of(file.names.front()); }
};

/// Files with something in common, as positions in Files::files.
using Group = std::vector<std::uint32_t>;

}  // namespace hubcache::duplicates
