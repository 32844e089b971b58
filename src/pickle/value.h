// The values in a pickle of plain data.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hubcache::pickle {

struct None {};
/// An integer that does not fit 64 bits, a float, bytes or a set: only the kind is stored, since no caller needs the
/// value.
struct Opaque {
  std::string kind;
};

/// A value as a tree: shared objects of a pickle (memo) are copied, within the reader's limits.
struct Value;
using List = std::vector<Value>;
struct Entry;
using Dict = std::vector<Entry>;  ///< in insertion order; a later equal key replaces the value
struct Tuple {
  List items;
};

/// A str is UTF-8 with lone surrogates as 3 bytes each.
struct Value {
  std::variant<None, bool, std::int64_t, std::string, List, Tuple, Dict, Opaque> data;
};

struct Entry {
  Value key, value;
};

}  // namespace hubcache::pickle
