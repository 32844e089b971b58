// The opcodes that build tuples, lists, dicts and sets from the objects on the stack.
#include "base/language.h"
#include "pickle/machine.h"

namespace hubcache::pickle {

/// Replaces the items on the stack by a container with them.
bool Machine::build(Kind kind, std::size_t count) {
  const auto items = stack_.top(count);
  if (!items) return fail(marked("a container without its items"));
  if (!check_items(kind, *items)) return false;
  const Ref container = graph_.add_container(kind, *items);
  return stack_.drop(count) && push(container);
}

bool Machine::build_marked(Kind kind) {
  const auto count = stack_.unmark();
  return count ? build(kind, *count) : fail(marked("a container without its MARK"));
}

/// Adds items to the container below them on the stack. CPython also accepts any object that has the method (SETITEM on
/// a list, APPEND on a bytearray); no pickler writes that.
bool Machine::extend(Kind kind, std::size_t count) {
  const auto operands = stack_.top(count + 1);
  if (!operands) return fail(marked("items without a container"));
  const Ref container = operands->front();
  const auto items = operands->subspan(1);
  if (graph_.kind(container) != kind) return fail(marked("items for a value that is not such a container"));
  if (!check_items(kind, items)) return false;
  graph_.append(container, items);
  return stack_.drop(count);
}

bool Machine::extend_marked(Kind kind) {
  const auto count = stack_.unmark();
  return count ? extend(kind, *count) : fail(marked("items without their MARK"));
}

bool Machine::check_items(Kind kind, std::span<const Ref> items) {
  if (kind == Kind::dict) return check_entries(items);
  if (kind == Kind::set || kind == Kind::frozenset) return check_members(items);
  return true;
}

bool Machine::check_entries(std::span<const Ref> items) {
  if (items.size() % 2 != 0) return fail(marked("a key without a value"));
  for (std::size_t i = 0; i < items.size(); i += 2) {
    switch (graph_.key_use(items[i])) {
      case KeyUse::fine: break;
      case KeyUse::unhashable: return fail(marked("a key of a dict that cannot be hashed"));
      case KeyUse::unsupported:
        return fail(marked("a float, a large int, bytes or a frozenset in a key of a dict: not supported"));
    }
  }
  return true;
}

bool Machine::check_members(std::span<const Ref> items) {
  for (const Ref item : items) {
    if (graph_.key_use(item) == KeyUse::unhashable) return fail(marked("a member of a set that cannot be hashed"));
  }
  return true;
}

}  // namespace hubcache::pickle
