// Renews the stamps of adopted files whose inode or ctime has changed although nobody has edited them: in a cache that
// was copied (cp -a), in a layer of a container image, in an overlay. Compares their content.
#pragma once

#include <cstdint>
#include <string>

#include <hubcache/environment.h>
#include <hubcache/result.h>

#include "adoption/custody.h"
#include "adoption/sites.h"
#include "hub/view.h"
#include "record/record.h"

namespace hubcache::adoption {

/// Takes the present stamps into the record for each entry whose file in the place is still the one of the adoption: a
/// symlink with the same text; a hard link to the user's file; a file with the content of the user's file, if size and
/// mtime of both are unchanged. Does not change the record on the disk. Returns how many hard links have become copies.
std::uint64_t renew_stamps(const Environment& environment, const Site& site, const hub::View& view,
                           const Custody& custody, record::Record& record);

/// Returns a message for users; "" for 0.
std::string describe_unlinked(std::uint64_t files);

}  // namespace hubcache::adoption
