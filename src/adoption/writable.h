// Whether the client may write what it writes at every run: where it may not, it raises, however complete its cache is.
#pragma once

#include <string>

#include "hub/target.h"

namespace hubcache::adoption {

/// Judged for the user who runs hubcache.
struct Unwritable {
  std::string note;        ///< names the first file that may not be written; "" if all may be
  bool stops_all = false;  ///< false: only some versions of the client write it
};
Unwritable find_unwritable(const hub::Target& target, const hub::Place& place);

}  // namespace hubcache::adoption
