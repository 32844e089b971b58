// Second names of files within a place to which displaced symlinks lead. In a cache with
// snapshots these are the blobs: once no snapshot leads to a blob, the client's own tools delete it, edited or not.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "adoption/custody.h"
#include "hub/view.h"

namespace hubcache::adoption {

/// Files that get a copy because the system refuses a hard link (another user's, fs.protected_hardlinks).
struct LedToCopies {
  std::vector<std::string> names;  ///< relative to the place
  std::uint64_t bytes = 0;
};

/// Makes the second names for what these entries displace: hard links, else reflinks. Returns the files for which only
/// a copy is left.
Result<LedToCopies> link_what_is_led_to(const std::vector<std::size_t>& to_place, const record::Record& record,
                                        const hub::View& view, Custody& custody);

/// Makes these copies. Returns the names of files that cannot be read: their bytes are only where they are now.
Result<std::vector<std::string>> copy_what_is_led_to(const LedToCopies& copies, Custody& custody);

/// Removes the second names, but for those that `is_left` names. What stays is of files that a client has deleted
/// meanwhile: a release moves these back.
Result<void> drop_what_is_led_to(Custody& custody, const std::function<bool(const std::string& name)>& is_left);

}  // namespace hubcache::adoption
