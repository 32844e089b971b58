// Joins the equal keys of a dict by Python's rules.
#pragma once

#include "pickle/value.h"

namespace hubcache::pickle {

/// Joins entries with equal keys: the first key stays and gets the last value. Keys are None, bool, int, str and tuples
/// of these; they are compared by value: 1 and True are equal, 1 and '1' are not.
void join_equal_keys(Dict& entries);

}  // namespace hubcache::pickle
