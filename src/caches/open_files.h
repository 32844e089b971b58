// The files that running programs use, as far as this user may see them: opened, mapped into memory, or as their
// working folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace hubcache::caches {

/// Identifies a file or a folder.
struct FileId {
  std::uint64_t device = 0, inode = 0;
  auto operator<=>(const FileId&) const = default;
};

class OpenFiles {
 public:
  /// Looks at the processes of this machine. Root sees all of them, other users their own.
  static OpenFiles look(const std::filesystem::path& proc = "/proc");

  /// Returns the id of a process that uses the file or folder.
  std::optional<int> user_of(const FileId& file) const;
  /// Returns the id of a process that uses the folder or something in it, by the names that /proc tells. Needed on file
  /// systems that report other devices for mapped files (btrfs, overlayfs). `folder`: without symlinks.
  std::optional<int> user_below(const std::filesystem::path& folder) const;

 private:
  void look_at(const std::filesystem::path& process, int id);
  void add(const std::filesystem::path& link, int id);
  void add_mapped(std::string_view line, int id);

  std::map<FileId, int> files_;
  std::map<std::string, int> names_;
};

/// A line of /proc/PID/maps with a file: "7f…-7f… r--p 00000000 08:01 1234   /name".
struct MappedFile {
  FileId file;
  std::string_view name;
};
/// Returns nullopt for a mapping without a file. Pure.
std::optional<MappedFile> parse_mapping(std::string_view line);

}  // namespace hubcache::caches
