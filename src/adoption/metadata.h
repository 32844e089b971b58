// The client's metadata files in a place. They are read, edited and replaced at the moment of writing, so that nothing
// is lost of what a client writes while hubcache is at work: the new file is exchanged for the old one, and what comes
// out must be what was read; else the client's version is put back and edited in its turn.
// Not excluded: a client that read its file before (at its start, say) and writes it back later. `adopt` and `refresh`
// mend that.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "hub/target.h"

namespace hubcache::adoption {

constexpr std::uint64_t largest_metadata = 512ull << 20;  // bytes

/// A metadata file as it is now.
struct Present {
  fs::Status status;
  std::optional<std::string> bytes;  ///< none: missing, not a plain file, or it cannot be read
  std::optional<Error> problem;      ///< why it cannot be read
};
Result<Present> present_metadata(const fs::Name& name);

/// For a target with an index: the index alone, as a View has it. An Error if the target cannot read its bytes; a
/// missing one is read as no bytes.
Result<hub::View> view_of_index(const hub::Target& target, const Present& present);

/// Whether the file is another user's and this user may not read it: some clients write metadata files with
/// mode 0600. Such a file is not hubcache's.
bool is_closed_to_us(const Present& present);

/// The bytes that are to replace these; nullopt where the present file is of no use and is displaced, or where a
/// missing one stays missing. A file that cannot be read has no bytes: an Edit returns its problem, unless it is to be
/// displaced.
using Edit = std::function<Result<std::optional<std::string>>(const Present& present)>;
/// Decides what becomes of the version that was replaced; it is at `old` now.
using Settle = std::function<Result<void>(const fs::Name& old)>;

/// Writes the place's metadata file `name`; see above. What is no plain file there is displaced.
Result<void> write_metadata_file(Custody& custody, const std::string& name, const Edit& edit, const Settle& settle);

/// Exchanges the place's metadata file `name` for `item`. True: `item` is the old file now. False: another program has
/// written the file since `before`, and nothing was changed.
Result<bool> swap_in(const Custody& custody, const fs::Name& item, const std::string& name, const fs::Status& before);

/// Removes the place's metadata file if `is_ours` says so of its bytes. False where it is another one, which then
/// stays.
Result<bool> remove_metadata_file(Custody& custody, const std::string& name,
                                  const std::function<bool(const std::string& bytes)>& is_ours);

/// Moves the place's metadata file to kept/ if it is not a plain file, or `is_usable` rejects its
/// bytes. True if it was moved. A file that is closed to this user stays.
Result<bool> keep_unusable(Custody& custody, const std::string& name,
                           const std::function<bool(const std::string& bytes)>& is_usable);

/// Puts back what was there before hubcache wrote it. False where it is not as hubcache left it: then nothing is
/// changed.
Result<bool> undo_metadata_file(Custody& custody, const record::Record& record, const std::string& name);

/// Sorts out what a killed command has left of a write: hubcache's own version is removed, the client's is put back.
Result<void> recover_metadata(Custody& custody, const record::Record& record, std::string_view index_name);

/// Adds an index that hubcache is about to write to those that are known as its own. A few earlier ones stay known: the
/// client's folder may be put back from a copy.
void note_index_written(record::Record& record, std::string_view bytes);

/// Whether these are bytes that hubcache wrote as this metadata file, or was about to write.
bool is_written_by_us(const record::Record& record, const std::string& name, std::string_view index_name,
                      std::string_view bytes);

}  // namespace hubcache::adoption
