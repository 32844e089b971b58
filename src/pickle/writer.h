// Byte for byte what pickle.dump(object, file) of CPython 3.8 … 3.13 writes: protocol 4, memo, frames, batches.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace hubcache::pickle {

struct Record {
  std::string_view path;
  std::string_view revision;
};

/// `pickle.dumps([{'Path': p, 'Revision': r}, …], 4)`. Pickles depend on which objects are the same: here the strings
/// are separate ones (as after pickle.load or when made from JSON) but for the two keys, and for those that CPython has
/// only once: '' and a string of one Latin-1 character. A client that adds to an index it has read writes the same
/// value in other bytes, for it has the keys twice, as read and as its own constants. Strings are UTF-8, lone
/// surrogates as 3 bytes.
std::string write_index(std::span<const Record> records);

/// `pickle.dumps({'id': id}, 4)`
std::string write_model_meta(std::string_view id);

}  // namespace hubcache::pickle
