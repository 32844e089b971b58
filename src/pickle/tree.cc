#include "pickle/tree.h"

#include "base/language.h"
#include "pickle/keys.h"

namespace hubcache::pickle {

bool TreeCopier::copy(Ref object, Value& out) {
  switch (graph_.kind(object)) {
    case Kind::none: return true;
    case Kind::boolean: return out.data = graph_.integer(object) != 0, true;
    case Kind::integer: return out.data = graph_.integer(object), true;
    case Kind::text: return copy_text(graph_.text(object), out);
    case Kind::list: return copy_items(object, out.data.emplace<List>());
    case Kind::tuple: return copy_items(object, out.data.emplace<Tuple>().items);
    case Kind::dict: return copy_entries(object, out.data.emplace<Dict>());
    default: return out.data = Opaque{std::string(name_of(graph_.kind(object)))}, true;
  }
}

bool TreeCopier::copy_text(std::string_view text, Value& out) {
  if (text.size() > text_left_) return fail(marked("too much text once shared strings are copied"));
  text_left_ -= text.size();
  out.data.emplace<std::string>(text);
  return true;
}

bool TreeCopier::copy_items(Ref object, List& list) {
  const auto items = graph_.items(object);
  if (!enter(items.size())) return false;
  list.reserve(items.size());
  for (const Ref item : items) {
    if (!copy(item, list.emplace_back())) return false;
  }
  leave();
  return true;
}

bool TreeCopier::copy_entries(Ref object, Dict& dict) {
  const auto items = graph_.items(object);
  if (!enter(items.size())) return false;
  dict.reserve(items.size() / 2);
  for (std::size_t i = 0; i < items.size(); i += 2) {
    auto& [key, value] = dict.emplace_back();
    if (!copy(items[i], key) || !copy(items[i + 1], value)) return false;
  }
  join_equal_keys(dict);
  leave();
  return true;
}

/// Checks the limits before memory for the items is allocated: a list may have more items than the limit allows, or
/// contain itself many times.
bool TreeCopier::enter(std::size_t items) {
  if (depth_left_-- == 0) return fail(marked("nested too deeply, or it contains itself"));
  if (items > values_left_) return fail(marked("too many values once shared ones are copied"));
  values_left_ -= items;
  return true;
}

}  // namespace hubcache::pickle
