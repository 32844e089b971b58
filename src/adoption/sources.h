// Checks that the user still has the file that a copy or a hard link in the place was made from.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fs/held_folder.h"
#include "fs/source.h"
#include "hub/view.h"
#include "record/record.h"

namespace hubcache::adoption {

class Sources {
 public:
  /// Knows no folder: every file in the place may be the last copy.
  Sources() = default;
  /// Uses the folders that the record names, and `folder`, from which the place is being adopted.
  /// A client that uses the folder itself (hub::Place::working_link) may have replaced files in it: then no edit
  /// counts.
  Sources(const hub::Place& place, const std::optional<record::Record>& record, const std::filesystem::path& folder);

  /// True if the user has another file than `placed` (an open file) that makes `placed` superfluous: a file with the
  /// same bytes, or an edit of it. An edit is a file at the entry's path in the adopted folder itself, behind no
  /// symlink, that has content and is not a Git LFS pointer in place of the content.
  bool has(const record::Entry& entry, const fs::Source& placed);

 private:
  bool has_same_bytes(const std::filesystem::path& file, const record::Entry& entry, const fs::Source& placed);
  bool has_edit(const record::Entry& entry, const fs::Source& placed) const;

  std::vector<std::filesystem::path> folders_;
  std::unique_ptr<fs::HeldFolder> adopted_;  ///< nullptr: the adopted folder is missing or unknown
  std::filesystem::path compared_;           ///< the file that was last found to have the bytes of `placed`
  FileStamp compared_stamp_;
};

}  // namespace hubcache::adoption
