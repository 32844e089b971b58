// Whether the user still has the file that a copy or a hard link in the place was made of.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "record/record.h"

namespace hubcache::adoption {

class Sources {
 public:
  /// No folder is known: every file in the place may be the last one.
  Sources() = default;
  /// The folders that the record names, and `folder`, from which the place is being adopted.
  Sources(const std::optional<record::Record>& record, const std::filesystem::path& folder);

  /// Whether a file other than `placed` is in one of the folders at the entry's path. It must be as it was when it was
  /// adopted (size and mtime), or an edit of that: a file with content in the very folder that was adopted. In a
  /// folder that has taken its name since, it is another model's.
  bool has(const record::Entry& entry, const FileStamp& placed) const;

 private:
  std::vector<std::filesystem::path> folders_;
  bool edits_count_ = false;  ///< there is one folder, and it is the one that was adopted
};

/// Of the folder that the path leads to; 0 if there is none.
std::uint64_t inode_of(const std::filesystem::path& folder);

}  // namespace hubcache::adoption
