// The objects of a pickle while it is read: they may be shared and hold themselves, as in Python, and refer to each
// other by number. Texts point into the pickle where they can. Kept small: an index has several objects for each of its
// records.
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

/// "bytes", "frozenset" …: what an Opaque value says.
std::string_view name_of(Kind kind);

/// Whether an object can be the key of a dict. CPython refuses what is unhashable, alone or inside a tuple. What ends
/// as Opaque is not supported, hashable or not: equal keys could not be told from different ones.
enum class KeyUse : std::uint8_t { unhashable, unsupported, fine };

using Ref = std::uint32_t;

class Graph {
 public:
  static constexpr std::size_t max_objects = 8'000'000;
  static constexpr std::size_t max_references = 4 * max_objects;
  static constexpr std::size_t max_pickle = 512 << 20;  ///< so that 32 bits are enough for places and lengths

  /// Makes room for what a pickle of that size, at most max_pickle, usually holds.
  explicit Graph(std::size_t pickle_size);

  bool is_full() const { return objects_.size() >= max_objects || pool_.size() >= max_references; }

  Ref add_scalar(Kind kind);  ///< none, or one whose value is not kept
  Ref add_none() { return add_scalar(Kind::none); }
  Ref add_boolean(bool value);
  Ref add_integer(std::int64_t value);
  Ref add_text(std::string_view view);  ///< must outlive the graph
  Ref add_decoded(std::string&& text);  ///< text that the graph keeps itself
  Ref add_container(Kind kind, std::span<const Ref> items);

  void append(Ref object, std::span<const Ref> items);

  Kind kind(Ref object) const { return objects_[object].kind; }
  KeyUse key_use(Ref object) const { return objects_[object].key_use; }
  std::int64_t integer(Ref object) const { return objects_[object].integer; }
  std::string_view text(Ref object) const { return {objects_[object].text, objects_[object].length}; }
  /// A dict's are key, value, key, value …, in the order of assignment, equal keys not yet joined.
  std::span<const Ref> items(Ref object) const;

 private:
  struct Object {
    Kind kind;
    KeyUse key_use;
    std::uint32_t length;  ///< of a text; a container's index in containers_
    union {
      std::int64_t integer;  ///< or a boolean
      const char* text;
    };
  };
  struct Container {
    std::uint32_t place = 0, count = 0, room = 0;  ///< its items in pool_, and the places it has there
  };

  Ref add(Kind kind, KeyUse key_use);
  void make_room(Container& container, std::size_t count);

  std::vector<Object> objects_;
  std::vector<Container> containers_;
  std::vector<Ref> pool_;
  std::deque<std::string> decoded_;
};

}  // namespace hubcache::pickle
