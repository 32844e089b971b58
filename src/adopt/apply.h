// Act: the only code that changes a client's place.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/result.h>

#include "adopt/custody.h"
#include "adopt/plan.h"

namespace hubcache::adoption {

/// Carries the plan out. The order: stage, record what is staged, move into the place, take out what goes, write the
/// metadata, record what was done. Killed at any point, the next adopt or release completes.
Result<AdoptReport> apply(const target::Target& target, const target::View& view, Plan plan, Custody& custody,
                          const AdoptRequest& request);

/// Clears what an unfinished run has left in stage/, and takes into the record what it had come to.
Result<void> recover(const target::Place& place, std::optional<record::Record>& record, Custody& custody);

/// After an Error of apply(): as long as nothing in the place was touched (a full disk while copying), all that was
/// made goes again, and the record is as it was `before`. False where the place is half changed.
Result<bool> withdraw(const target::Place& place, const std::optional<record::Record>& before, Custody& custody);

/// Notes in the record what will come back in the stead of the entries for which `goes` holds. To be saved before
/// take_out_entries, so that one that was killed can go on without taking out what it had put back.
Result<void> note_displaced(record::Record& record, const std::function<bool(const record::Entry&)>& goes,
                            const Custody& custody);

/// Takes these entries out of the place, and puts back what they had displaced.
Result<void> take_out_entries(const target::Place& place, const record::Record& record,
                              const std::function<bool(const record::Entry&)>& goes, Custody& custody);

/// In place: these files of the user's come back from their second links, in one step each, since a file that is
/// missing from the place would be one that the user has removed. What stood there is kept.
Result<void> put_originals_back(const target::View& view, const std::vector<std::string>& names, Custody& custody);

/// Files and symlinks beneath a folder, by their relative names.
Result<std::vector<std::string>> names_beneath(const std::filesystem::path& folder);

/// Writes one metadata file of the client, unless it holds these bytes already; what is no plain file there, or is not
/// to be overwritten (`replaceable` false), is displaced first.
Result<void> write_metadata_file(const std::filesystem::path& folder, const std::string& name, std::string_view bytes,
                                 bool replaceable, Custody& custody);

/// Puts back what was there before hubcache wrote it. False where it is not as hubcache left it: then nothing is
/// changed.
Result<bool> undo_metadata_file(const target::Place& place, const record::Record& record, const std::string& name,
                                Custody& custody);

}  // namespace hubcache::adoption
