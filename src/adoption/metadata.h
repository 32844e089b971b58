// Reads, edits and replaces the client's metadata files in a place. Nothing is lost if a client writes a metadata file
// at the same time: hubcache exchanges the new file for the old one and compares the old one with the version that it
// had read. If they differ, hubcache puts the client's version back and edits that version.
// One case is not covered: a client that reads its file early (for example at its start) and writes the file back
// later. `adopt` and `refresh` repair the file.
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

/// The current state of a metadata file.
struct Present {
  fs::Status status;
  std::optional<std::string> bytes;  ///< nullopt: missing, not a plain file, or unreadable
  std::optional<Error> problem;      ///< why the file cannot be read
};
Result<Present> present_metadata(const fs::Name& name);

/// Returns a View that contains only the index, and its format. Reads a missing index as no bytes. Returns an Error if
/// the bytes cannot be parsed. `index`: the format of the place's index.
Result<hub::View> view_of_index(const hub::Index& index, const Present& present);

/// True if the file belongs to another user and this user may not read it: some clients write metadata files with mode
/// 0600. Such a file is never hubcache's own.
bool is_closed_to_us(const Present& present);

/// Returns the new bytes of the file, which must live until write_metadata_file() returns. Returns nullopt to displace
/// an unusable file, or to leave a missing file missing. For a file that cannot be read, returns its problem unless the
/// file should be displaced.
using Edit = std::function<Result<std::optional<std::string_view>>(const Present& present)>;
inline std::optional<std::string_view> view_of(const std::optional<std::string>& bytes) {
  return bytes ? std::optional<std::string_view>(*bytes) : std::nullopt;
}
std::optional<std::string_view> view_of(const std::optional<std::string>&&) = delete;
/// Handles the replaced version, which is now at `old`.
using Settle = std::function<Result<void>(const fs::Name& old)>;

/// Writes the place's metadata file `name` as described at the top of this file. Displaces anything at that name that
/// is not a plain file.
Result<void> write_metadata_file(Custody& custody, const std::string& name, const Edit& edit, const Settle& settle);

/// Exchanges the place's metadata file `name` for `item`. Returns true if `item` is the old file now. Returns false,
/// and changes nothing, if another program has written the file since `before`.
Result<bool> swap_in(const Custody& custody, const fs::Name& item, const std::string& name, const fs::Status& before);

/// Removes the place's metadata file if `is_ours` accepts its bytes. Returns false if `is_ours` rejects them or another
/// program has written the file meanwhile; that file stays.
Result<bool> remove_metadata_file(const Custody& custody, const std::string& name,
                                  const std::function<bool(const std::string& bytes)>& is_ours);

/// Moves the place's metadata file to kept/ if it is not a plain file or `is_usable` rejects its bytes. Returns true if
/// the file was moved. A file that this user may not read (is_closed_to_us) stays.
Result<bool> keep_unusable(Custody& custody, const std::string& name,
                           const std::function<bool(const std::string& bytes)>& is_usable);

/// Restores the version from before hubcache wrote the file, or removes the file if there was none. Returns false, and
/// changes nothing, if the file is not as hubcache left it.
Result<bool> undo_metadata_file(Custody& custody, const record::Record& record, const std::string& name);

/// Cleans up after a command that was killed during a write: removes hubcache's own version and puts the client's
/// version back.
Result<void> recover_metadata(Custody& custody, const record::Record& record, std::string_view index_name);

/// Records the digest of an index that hubcache is about to write, so that hubcache recognises the index as its own.
/// Keeps a few earlier digests: the user may restore the client's folder from a backup.
void note_index_written(record::Record& record, std::string_view bytes);

/// True if hubcache wrote these bytes as this metadata file, or was about to write them.
bool is_written_by_us(const record::Record& record, const std::string& name, std::string_view index_name,
                      std::string_view bytes);

}  // namespace hubcache::adoption
