// Who may have written a record.
//
// A record names folders and files that commands read, copy and move, so one that another user can write would make
// this user's commands do that user's bidding. It is trusted if only this user and root can have written it:
//   - record.jsonl belongs to one of them, and neither its group nor others may write to it;
//   - the same is true of the record folder, since whoever can write there can put another file, or another displaced/
//     or originals/, in place of the user's own;
//   - no symlink is on the way from `._hubcache` on: it could lead to a trusted record of another place.
// The folders above may be shared: another user can then only move a record folder away, or to the name of another
// place in the same folder, where this user's files are adopted already for the same users to read.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <hubcache/result.h>

#include "fs/source.h"

namespace hubcache::record {

constexpr const char* file_name = "record.jsonl";

/// Which records may be acted on.
enum class Trust {
  own,      ///< those that only this user and root can have written
  anybody,  ///< the user has said so
};

constexpr Trust trust_of(bool in_anybody) { return in_anybody ? Trust::anybody : Trust::own; }

struct OpenedRecord {
  std::optional<fs::Source> file;  ///< none: the folder holds no record
  std::string objection;           ///< why the record or its folder is not trusted; "" if it is
  std::string owner;               ///< of the record, else of its folder: a user's name, or "uid 1001"
  bool is_behind_symlink = false;  ///< a symlink is on the way to the folder, which was not opened
};

/// nullopt where there is no record folder. ErrorCode::failed where it cannot be looked into.
Result<std::optional<OpenedRecord>> open_record(const std::filesystem::path& folder);

/// For a record that is not trusted.
Error foreign_record(const std::filesystem::path& folder, const std::string& objection);

}  // namespace hubcache::record
