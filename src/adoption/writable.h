// Checks that the client may write the files that it writes at every run: if it may not, it raises an exception, even
// if its cache is complete.
#pragma once

#include <string>

#include "hub/target.h"

namespace hubcache::adoption {

/// Describes what the user who runs hubcache may not write.
struct Unwritable {
  std::string note;        ///< a message that names the first file that may not be written; "" if all may be
  bool stops_all = false;  ///< true: every version of the client writes this file; false: only some versions do
};
Unwritable find_unwritable(const hub::Target& target, const hub::Place& place);

}  // namespace hubcache::adoption
