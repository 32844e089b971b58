// Whether the user still has the file that a copy or a hard link in the place was made of.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "fs/held_folder.h"
#include "fs/source.h"
#include "record/record.h"

namespace hubcache::adoption {

class Sources {
 public:
  /// No folder is known: every file in the place may be the last one.
  Sources() = default;
  /// The folders that the record names, and `folder`, from which the place is being adopted.
  Sources(const std::optional<record::Record>& record, const std::filesystem::path& folder);

  /// Whether the user has a file other than `placed`, which is open, that makes it superfluous: one with the same
  /// bytes, or an edit of it. An edit has content, is no Git LFS pointer in place of the content, and lies at the
  /// entry's path, behind no symlink, in the very folder that was adopted.
  bool has(const record::Entry& entry, const fs::Source& placed);

 private:
  bool has_same_bytes(const std::filesystem::path& file, const record::Entry& entry, const fs::Source& placed);
  bool has_edit(const record::Entry& entry, const fs::Source& placed) const;

  std::vector<std::filesystem::path> folders_;
  std::unique_ptr<fs::HeldFolder> adopted_;  ///< nullptr: the folder that was adopted is not there, or not known
  std::filesystem::path compared_;           ///< had the bytes of the file that was asked for last
  FileStamp compared_stamp_;
};

}  // namespace hubcache::adoption
