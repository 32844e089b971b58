// Moves files between a place and hubcache's own folders. Shared by adoption, recovery, release and restore.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "hub/view.h"
#include "record/record.h"

namespace hubcache::adoption {

using EntryFilter = std::function<bool(const record::Entry&)>;

/// Returns the relative names of the files and symlinks below a folder.
Result<std::vector<std::string>> names_beneath(const fs::Name& folder);

/// Records that the entry's staged file is in the place now, with this stamp.
void take_over_staged(record::Entry& entry, const FileStamp& stamp);

/// Creates a link to `original`, or a copy of it, at `name`.
Result<void> make_link(LinkKind kind, const std::filesystem::path& original, const fs::Name& name);

/// Sets aside the item that was exchanged out of the place at `relative`. If the item is a folder, first calls
/// Custody::dispose() for each file in the folder that is hubcache's own.
Result<void> set_all_aside(const fs::Name& item, const std::string& relative, const fs::Status& before,
                           const record::Record& record, Custody& custody);

/// Records which displaced files will replace the entries for which `goes` returns true. Save the record before
/// take_out_entries(): if that is killed, a later run can then continue without removing files that it had restored.
Result<void> note_displaced(record::Record& record, const EntryFilter& goes, const Custody& custody);

/// Removes these entries from the place and restores the files that they had displaced.
Result<void> take_out_entries(const record::Record& record, const EntryFilter& goes, Custody& custody);

/// Returns the file of the place that the symlink at this location leads to; nullopt if the location is not a symlink
/// or leads outside the place.
Result<std::optional<std::string>> target_in_place(const hub::View& view, const std::string& location,
                                                   const Custody& custody);

/// In place: restores these files of the user's from their second links. Restores each file in one step: a file missing
/// from the place would look as if the user had removed it. Moves the present files to kept/.
Result<void> put_originals_back(const hub::View& view, const std::vector<std::string>& names, Custody& custody);

/// True if the entry was a file in the user's folder and is a folder now.
bool has_entries_beneath(const record::Record& record, std::string_view location);

}  // namespace hubcache::adoption
