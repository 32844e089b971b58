#pragma once

#include <functional>
#include <string_view>

#include <hubcache/result.h>

#include "pickle/value.h"

namespace hubcache::pickle {

/// Reads one pickle, protocol 0 to 5, that holds only data. An opcode that could import or call (GLOBAL, STACK_GLOBAL,
/// REDUCE, INST, OBJ, NEWOBJ, NEWOBJ_EX, BUILD, EXT1/2/4) or refers to something outside (PERSID, BINPERSID,
/// NEXT_BUFFER, READONLY_BUFFER) is an Error that names it. Bytes after STOP are ignored, as pickle.load does. Bounded:
/// 512 MiB, nesting 64 deep, 8,000,000 values after copying shared ones, and 64 MiB of text beyond the pickle's own
/// size. What is accepted, CPython's pickle.load accepts with the same value; the other way round it holds for what a
/// pickler writes for plain data, except for keys of a dict that are or hold a float, an int beyond 64 bits, bytes or a
/// frozenset.
Result<Value> read(std::string_view bytes);

/// As read(), for a pickle of a list or a tuple: its items one after the other, so that they need not all be in memory.
/// An empty dict counts as an empty list, as it does to who only loops over it. An Error where it holds something else,
/// or where an item is beyond the bounds; the items before that have then been given.
Result<void> read_list(std::string_view bytes, const std::function<void(Value&&)>& take);

}  // namespace hubcache::pickle
