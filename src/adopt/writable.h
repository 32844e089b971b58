// Whether the client may write what it writes at every run: where it may not, it raises, however complete its cache is.
#pragma once

#include <string>

#include "target/target.h"

namespace hubcache::adoption {

/// A sentence that names the first such file, judged for the user who runs hubcache; "" if all may be written.
std::string unwritable_note(const target::Target& target, const target::Place& place);

}  // namespace hubcache::adoption
