// Splits files into groups by what they have in common.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "duplicates/files.h"

namespace hubcache::duplicates {

/// Returns the groups of at least `least` files with equal keys, each in the order of `numbers`. Pure if `key_of` is.
template <class KeyOf>
std::vector<Group> split(const Group& numbers, KeyOf key_of, std::size_t least = 2) {
  using Key = decltype(key_of(0u));
  std::vector<std::pair<Key, std::uint32_t>> sorted;
  sorted.reserve(numbers.size());
  for (const std::uint32_t number : numbers) sorted.emplace_back(key_of(number), number);
  std::ranges::stable_sort(sorted, {}, [](const auto& entry) -> const Key& { return entry.first; });
  std::vector<Group> groups;
  for (std::size_t at = 0; at < sorted.size();) {
    Group group;
    const std::size_t begin = at;
    for (; at < sorted.size() && sorted[at].first == sorted[begin].first; ++at) group.push_back(sorted[at].second);
    if (group.size() >= least) groups.push_back(std::move(group));
  }
  return groups;
}

}  // namespace hubcache::duplicates
