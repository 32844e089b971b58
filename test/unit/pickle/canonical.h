// A value as the text that test/data/pickle/cpython.py makes of it.
#pragma once

#include <string>

#include "pickle/value.h"

namespace hubcache::pickle {

std::string canonical(const Value& value);

}  // namespace hubcache::pickle
