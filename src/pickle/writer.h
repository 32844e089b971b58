// Writes exactly the bytes that pickle.dump(object, file) of CPython 3.8 to 3.13 writes: protocol 4, memo, frames,
// batches.
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

/// Returns `pickle.dumps([{'Path': p, 'Revision': r}, …], 4)`. A pickle depends on which objects are identical. Here
/// all strings are different objects (as after pickle.load or from JSON), except the two keys, and strings that exist
/// only once in CPython: '' and strings of one Latin-1 character. A client that adds to an index it has read writes the
/// same value with other bytes, because each key is then two objects: the one that was read, and the constant in the
/// client's code. Strings are UTF-8 with lone surrogates as 3 bytes.
std::string write_index(std::span<const Record> records);

/// Returns `pickle.dumps({'id': id}, 4)`.
std::string write_model_meta(std::string_view id);

}  // namespace hubcache::pickle
