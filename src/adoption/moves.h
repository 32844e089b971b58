// Moves between a place and hubcache's own folders that adoption, recovery, release and restore have in common.
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

/// Files and symlinks beneath a folder, by their relative names.
Result<std::vector<std::string>> names_beneath(const fs::Name& folder);

/// Notes that what was staged for the entry is in the place now, as `stamp` says.
void take_over_staged(record::Entry& entry, const FileStamp& stamp);

/// Makes a link or a copy of `original` at `name`.
Result<void> make_link(LinkKind kind, const std::filesystem::path& original, const fs::Name& name);

/// Sorts out what was exchanged out of the place at `relative`. In a folder, each file of hubcache's own is disposed of
/// by itself.
Result<void> set_all_aside(const fs::Name& item, const std::string& relative, const fs::Status& before,
                           const record::Record& record, Custody& custody);

/// Notes in the record what will come back in the stead of the entries for which `goes` holds. To be saved before
/// take_out_entries, so that one that was killed can go on without taking out what it had put back.
Result<void> note_displaced(record::Record& record, const EntryFilter& goes, const Custody& custody);

/// Takes these entries out of the place, and puts back what they had displaced.
Result<void> take_out_entries(const record::Record& record, const EntryFilter& goes, Custody& custody);

/// The file of the place that the symlink at this location leads to; nullopt if it leads elsewhere or is none.
Result<std::optional<std::string>> target_in_place(const hub::View& view, const std::string& location,
                                                   const Custody& custody);

/// In place: these files of the user's come back from their second links, in one step each, since a file that is
/// missing from the place would be one that the user has removed. What stood there is kept.
Result<void> put_originals_back(const hub::View& view, const std::vector<std::string>& names, Custody& custody);

/// True if the entry was a file in the user's folder and is a folder now.
bool has_entries_beneath(const record::Record& record, const record::Entry& entry);

}  // namespace hubcache::adoption
