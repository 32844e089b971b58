#include "pickle/keys.h"

#include <algorithm>
#include <compare>
#include <map>

namespace hubcache::pickle {
namespace {

enum class Rank { none, number, text, tuple };

Rank rank(const Value& key) {
  if (std::holds_alternative<std::string>(key.data)) return Rank::text;
  if (std::holds_alternative<Tuple>(key.data)) return Rank::tuple;
  return std::holds_alternative<None>(key.data) ? Rank::none : Rank::number;
}

std::int64_t number(const Value& key) {
  const auto* boolean = std::get_if<bool>(&key.data);
  return boolean ? *boolean : std::get<std::int64_t>(key.data);
}

/// Compares keys in a total order in which equal keys are equivalent.
std::strong_ordering compare(const Value& a, const Value& b) {
  if (const auto order = rank(a) <=> rank(b); order != 0) return order;
  switch (rank(a)) {
    case Rank::none: break;
    case Rank::number: return number(a) <=> number(b);
    case Rank::text: return std::get<std::string>(a.data) <=> std::get<std::string>(b.data);
    case Rank::tuple: {
      const List &left = std::get<Tuple>(a.data).items, &right = std::get<Tuple>(b.data).items;
      return std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end(), compare);
    }
  }
  return std::strong_ordering::equal;
}

struct Before {
  bool operator()(const Value* a, const Value* b) const { return compare(*a, *b) < 0; }
};

/// Whether the keys are few and different, as in most dicts. Needs no table of keys.
bool are_few_and_different(const Dict& entries) {
  if (entries.size() > 8) return false;
  for (std::size_t i = 1; i < entries.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (compare(entries[i].key, entries[j].key) == 0) return false;
    }
  }
  return true;
}

}  // namespace

void join_equal_keys(Dict& entries) {
  if (are_few_and_different(entries)) return;
  Dict joined;
  joined.reserve(entries.size());
  std::map<const Value*, Value*, Before> places;  // ordered, so that no choice of keys makes it slow
  for (auto& entry : entries) {
    if (const auto place = places.find(&entry.key); place != places.end()) {
      *place->second = std::move(entry.value);
      continue;
    }
    auto& [key, value] = joined.emplace_back(std::move(entry));
    places.emplace(&key, &value);
  }
  entries = std::move(joined);
}

}  // namespace hubcache::pickle
