// Decides whether a record is trusted, by the users who may have written it.
//
// A record names folders and files that commands read, copy and move. With a record that another user can write, that
// user could control what this user's commands do. A record is trusted if only this user and root could have written
// it:
//   - record.jsonl belongs to one of them, and neither its group nor others may write to it;
//   - the same is true of the record folder, since another user who can write there can replace record.jsonl,
//     displaced/ or originals/;
//   - the path from `._hubcache` on contains no symlink, which could lead to a trusted record of another place.
// Other users may be able to write to the folders above. They can then only move a record folder away, or give it the
// name of another place in the same folder, where this user's files are already adopted and the same users can read
// them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <hubcache/result.h>

#include "fs/source.h"

namespace hubcache::record {

constexpr const char* file_name = "record.jsonl";

/// The records that commands may use.
enum class Trust {
  own,      ///< records that only this user and root could have written
  anybody,  ///< all records, because the user has allowed it
};

constexpr Trust trust_of(bool in_anybody) { return in_anybody ? Trust::anybody : Trust::own; }

struct OpenedRecord {
  std::optional<fs::Source> file;  ///< nullopt: the folder contains no record
  std::string objection;           ///< why the record or its folder is not trusted; "" if it is
  /// Owner of a record that is not trusted, else of its folder: a user's name, or "uid 1001". "" if it is trusted:
  /// names of users can come from another machine (LDAP).
  std::string owner;
  bool is_behind_symlink = false;  ///< the folder's path contains a symlink; the folder was not opened
};

/// Opens the record in a record folder. nullopt if there is no such folder; ErrorCode::failed if it cannot be read.
Result<std::optional<OpenedRecord>> open_record(const std::filesystem::path& folder);

/// Returns the Error for a record that is not trusted.
Error foreign_record(const std::filesystem::path& folder, const std::string& objection);

}  // namespace hubcache::record
