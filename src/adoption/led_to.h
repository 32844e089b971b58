// Makes second hard links of files in a place to which displaced symlinks point. In a cache with snapshots, these files
// are the blobs: the client's own tools delete a blob when no snapshot points to it, even if the user has edited it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "hub/view.h"

namespace hubcache::adoption {

/// Files that must be copied because the system refuses a hard link, for example to another user's file
/// (fs.protected_hardlinks), and cannot reflink.
struct LedToCopies {
  std::vector<std::string> names;  ///< relative to the place
  std::uint64_t bytes = 0;
};

/// Makes a hard link in led_to/, or else a reflink, of each file in the place to which a symlink at the location of one
/// of these entries points. Returns the files for which neither works. `to_place`: indexes into the record's entries.
Result<LedToCopies> link_what_is_led_to(const std::vector<std::size_t>& to_place, const record::Record& record,
                                        const hub::View& view, Custody& custody);

/// Copies these files to led_to/. Returns the files that this user may not read (EACCES): no copy of them exists.
Result<std::vector<std::string>> copy_what_is_led_to(const LedToCopies& copies, const Custody& custody);

/// Empties led_to/. Deletes a name if the place still has the same file (for a copy: the same bytes). Moves a name to
/// kept/ if another file has replaced the file in the place. Leaves a name for which `is_left` returns true, and a name
/// that is missing from the place now: release moves the missing files back.
Result<void> drop_what_is_led_to(Custody& custody, const std::function<bool(const std::string& name)>& is_left);

}  // namespace hubcache::adoption
