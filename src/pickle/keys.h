// Keys of a dict that are equal by Python's rules.
#pragma once

#include "pickle/value.h"

namespace hubcache::pickle {

/// Where a key comes up again, the first one stays and takes the later value. Keys are None, bool, int, str and tuples
/// of these; they are equal by value: 1 and True are, 1 and '1' are not.
void join_equal_keys(Dict& entries);

}  // namespace hubcache::pickle
