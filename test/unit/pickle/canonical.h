// Formats a value as test/data/pickle/cpython.py does.
#pragma once

#include <string>

#include "pickle/value.h"

namespace hubcache::pickle {

std::string canonical(const Value& value);

}  // namespace hubcache::pickle
