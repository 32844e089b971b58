// The objects of a pickle while it is read. As in Python, an object may be shared and may contain itself; objects refer
// to each other by number. Texts point into the pickle if possible. The objects are small, because an index has several
// objects for each of its records.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache::pickle {

enum class Kind : std::uint8_t {
  none,
  boolean,
  integer,
  large_integer,
  floating,
  text,
  bytes,
  bytearray,
  tuple,
  list,
  dict,
  set,
  frozenset,
};

/// Returns the name of the kind for an Opaque value: "bytes", "frozenset" …
std::string_view name_of(Kind kind);

/// Whether an object can be the key of a dict. CPython rejects unhashable objects, alone or in a tuple. Objects that
/// become Opaque are not supported as keys, even if hashable, because equal keys could not be detected.
enum class KeyUse : std::uint8_t { unhashable, unsupported, fine };

using Ref = std::uint32_t;

class Graph {
 public:
  static constexpr std::size_t max_objects = 8'000'000;
  static constexpr std::size_t max_references = 4 * max_objects;
  static constexpr std::size_t max_pickle = 512 << 20;  ///< bytes; places and lengths fit 32 bits

  /// Reserves memory for the usual objects of a pickle of that size, at most max_pickle.
  explicit Graph(std::size_t pickle_size);

  bool is_full() const { return objects_.size() >= max_objects || pool_.size() >= max_references; }

  Ref add_scalar(Kind kind);  ///< None, or an object whose value is not stored
  Ref add_none() { return add_scalar(Kind::none); }
  Ref add_boolean(bool value);
  Ref add_integer(std::int64_t value);
  Ref add_text(std::string_view view);  ///< the text must outlive the graph
  Ref add_decoded(std::string&& text);  ///< the graph stores the text
  Ref add_container(Kind kind, std::span<const Ref> items);

  void append(Ref object, std::span<const Ref> items);

  Kind kind(Ref object) const { return objects_[object].kind; }
  KeyUse key_use(Ref object) const { return objects_[object].key_use; }
  std::int64_t integer(Ref object) const { return objects_[object].integer; }
  std::string_view text(Ref object) const { return {objects_[object].text, objects_[object].length}; }
  /// Returns the items of a container. For a dict: key, value, key, value …, in the order of assignment; equal keys
  /// occur repeatedly.
  std::span<const Ref> items(Ref object) const;

 private:
  struct Object {
    Kind kind;
    KeyUse key_use;
    std::uint32_t length;  ///< length of a text; for a container, its index in containers_
    union {
      std::int64_t integer;  ///< integer or boolean
      const char* text;
    };
  };
  struct Container {
    std::uint32_t place = 0, count = 0, room = 0;  ///< first item in pool_, number of items, and room for items
  };

  Ref add(Kind kind, KeyUse key_use);
  void make_room(Container& container, std::size_t count);

  std::vector<Object> objects_;
  std::vector<Container> containers_;
  std::vector<Ref> pool_;
  std::deque<std::string> decoded_;
};

}  // namespace hubcache::pickle
