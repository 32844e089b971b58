#pragma once

#include <functional>
#include <string_view>

#include <hubcache/result.h>

#include "pickle/value.h"

namespace hubcache::pickle {

/// Reads one pickle, protocol 0 to 5, that contains only data. An opcode that could import or call code (GLOBAL,
/// STACK_GLOBAL, REDUCE, INST, OBJ, NEWOBJ, NEWOBJ_EX, BUILD, EXT1/2/4) or refers to an object outside the pickle
/// (PERSID, BINPERSID, NEXT_BUFFER, READONLY_BUFFER) is an Error that names the opcode. Ignores bytes after STOP, as
/// pickle.load does. Limits: 512 MiB, 64 levels of nesting, 8,000,000 values after copying shared ones, and 64 MiB of
/// text beyond the pickle's own size. CPython's pickle.load accepts each pickle that read() accepts, with the same
/// value. Conversely, read() accepts the pickles that a pickler writes for plain data, except dicts with keys that are
/// or contain a float, an int beyond 64 bits, bytes or a frozenset.
Result<Value> read(std::string_view bytes);

/// Reads a pickle as read() does, but also one of instances of classes that keep their state in a dict: an instance
/// becomes the dict of its state, and a class None. Reads GLOBAL, STACK_GLOBAL, NEWOBJ and BUILD; imports and calls
/// nothing.
Result<Value> read_instances(std::string_view bytes);

/// Reads a pickle of a list or a tuple like read(), and passes its items to `take` one by one, so that they are not all
/// in memory. An empty dict counts as an empty list, since a loop over it does the same. An Error if the pickle
/// contains something else, or if an item exceeds the limits; `take` has then got the items before it.
Result<void> read_list(std::string_view bytes, const std::function<void(Value&&)>& take);

}  // namespace hubcache::pickle
