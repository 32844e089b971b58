#include <algorithm>

#include "hub/rules.h"

namespace hubcache::hub {

FileFacts facts_of(const View& view, std::string_view path, const RelPath* location) {
  FileFacts facts;
  const auto& positions = view.records_of(path);
  for (const auto position : positions) facts.records.push_back(&view.index[position]);
  if (const std::size_t block = view.first_stumbling_block(); block < view.index.size()) {
    facts.stumbles_after = static_cast<std::size_t>(std::ranges::lower_bound(positions, block) - positions.begin());
  }
  facts.file = location ? view.file(location->str()) : nullptr;
  facts.client_state = view.client_state.get();
  facts.leftover = view.has_leftover(path);
  facts.dead_lock = view.has_leftover(std::string(path) + ".lock");
  facts.moves_by_rename = view.moves_by_rename;
  return facts;
}

std::vector<LinkKind> Rules::link_order(bool moves_by_rename) const {
  if (moves_by_rename) return {LinkKind::symlink, LinkKind::reflink, LinkKind::copy};
  return {LinkKind::reflink, LinkKind::copy};
}

}  // namespace hubcache::hub
