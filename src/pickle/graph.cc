#include "pickle/graph.h"

#include <algorithm>

namespace hubcache::pickle {
namespace {

KeyUse key_use_of(Kind kind) {
  switch (kind) {
    case Kind::bytearray:
    case Kind::list:
    case Kind::dict:
    case Kind::set: return KeyUse::unhashable;
    case Kind::large_integer:
    case Kind::floating:
    case Kind::bytes:
    case Kind::frozenset: return KeyUse::unsupported;
    default: return KeyUse::fine;
  }
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::none: return "None";
    case Kind::boolean: return "bool";
    case Kind::integer:
    case Kind::large_integer: return "int";
    case Kind::floating: return "float";
    case Kind::text: return "str";
    case Kind::bytes: return "bytes";
    case Kind::bytearray: return "bytearray";
    case Kind::tuple: return "tuple";
    case Kind::list: return "list";
    case Kind::dict: return "dict";
    case Kind::set: return "set";
    case Kind::frozenset: return "frozenset";
  }
  return "";
}

/// Reserves memory for an index: for each record, it has a dict, two texts and five references in about 90 bytes or
/// more.
Graph::Graph(std::size_t pickle_size) {
  const std::size_t records = std::min(pickle_size / 90, max_objects / 3) + 8;
  objects_.reserve(3 * records);
  containers_.reserve(records);
  pool_.reserve(7 * records);
}

Ref Graph::add(Kind kind, KeyUse key_use) {
  objects_.push_back({kind, key_use, 0, {0}});
  return static_cast<Ref>(objects_.size() - 1);
}

Ref Graph::add_scalar(Kind kind) { return add(kind, key_use_of(kind)); }

Ref Graph::add_boolean(bool value) {
  const Ref object = add_scalar(Kind::boolean);
  objects_.back().integer = value;
  return object;
}

Ref Graph::add_integer(std::int64_t value) {
  const Ref object = add_scalar(Kind::integer);
  objects_.back().integer = value;
  return object;
}

Ref Graph::add_text(std::string_view view) {
  const Ref object = add_scalar(Kind::text);
  objects_.back().text = view.data();
  objects_.back().length = static_cast<std::uint32_t>(view.size());
  return object;
}

Ref Graph::add_decoded(std::string&& text) {
  decoded_.push_back(std::move(text));
  return add_text(decoded_.back());
}

Ref Graph::add_container(Kind kind, std::span<const Ref> items) {
  KeyUse key_use = key_use_of(kind);
  for (const Ref item : items) {
    if (kind == Kind::tuple) key_use = std::min(key_use, objects_[item].key_use);
  }
  const Ref object = add(kind, key_use);
  objects_.back().length = static_cast<std::uint32_t>(containers_.size());
  containers_.emplace_back();
  append(object, items);
  return object;
}

void Graph::append(Ref object, std::span<const Ref> items) {
  if (items.empty()) return;
  Container& container = containers_[objects_[object].length];
  if (container.room - container.count < items.size()) make_room(container, container.count + items.size());
  std::copy_n(items.begin(), items.size(), pool_.begin() + container.place + container.count);
  container.count += static_cast<std::uint32_t>(items.size());
}

/// Gives the first items exactly the room that they need, since most containers are built in one step. For later items
/// doubles the room, so that a list that grows by single items is not moved each time.
void Graph::make_room(Container& container, std::size_t count) {
  const std::size_t room = container.count == 0 ? count : 2 * count, place = pool_.size();
  pool_.resize(place + room);
  std::copy_n(pool_.begin() + container.place, container.count, pool_.begin() + static_cast<std::ptrdiff_t>(place));
  container.place = static_cast<std::uint32_t>(place);
  container.room = static_cast<std::uint32_t>(room);
}

std::span<const Ref> Graph::items(Ref object) const {
  const Container& container = containers_[objects_[object].length];
  return std::span(pool_).subspan(container.place, container.count);
}

}  // namespace hubcache::pickle
