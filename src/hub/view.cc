#include "hub/view.h"

#include <algorithm>

namespace hubcache::hub {

void View::sort_out_index() {
  by_path_.clear();
  by_path_.reserve(index.size());
  first_stumbling_block_ = index.size();
  for (std::size_t i = 0; i < index.size(); ++i) {
    using enum IndexRecord::Shape;
    if (index[i].shape == no_path) first_stumbling_block_ = std::min(first_stumbling_block_, i);
    else if (index[i].shape != other_path) by_path_[index[i].path].push_back(static_cast<std::uint32_t>(i));
  }
}

const std::vector<std::uint32_t>& View::records_of(std::string_view path) const {
  static const std::vector<std::uint32_t> none;
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? none : found->second;
}

const PlacedFile* View::file(std::string_view path) const {
  const auto found = std::ranges::lower_bound(files, path, {}, &PlacedFile::path);
  return found != files.end() && found->path == path ? &*found : nullptr;
}

bool View::has_leftover(std::string_view path) const {
  const auto found = std::ranges::lower_bound(leftovers, path, {}, &Leftover::path);
  return found != leftovers.end() && found->path == path;
}

bool View::has_absence_note(std::string_view name) const {
  return !name.empty() && std::ranges::binary_search(absence_notes, name);
}

}  // namespace hubcache::hub
