// What a pickle of plain data holds.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace hubcache::pickle {

struct None {};
/// An integer that does not fit 64 bits, a float, bytes, a set: kept as a kind only, for nobody here needs the value.
struct Opaque {
  std::string kind;
};

/// A tree: objects that a pickle shares (memo) are copied, within the reader's limits.
struct Value;
using List = std::vector<Value>;
struct Entry;
using Dict = std::vector<Entry>;  ///< in insertion order, a later equal key replaces the value
struct Tuple {
  List items;
};

/// A str is UTF-8, its lone surrogates are 3 bytes each.
struct Value {
  std::variant<None, bool, std::int64_t, std::string, List, Tuple, Dict, Opaque> data;
};

struct Entry {
  Value key, value;
};

}  // namespace hubcache::pickle
