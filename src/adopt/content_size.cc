#include "adopt/content_size.h"

namespace hubcache::adoption {

std::uint64_t content_size(const target::View& view, const target::PlacedFile& placed) {
  if (placed.kind != fs::Kind::symlink) return placed.stamp.size;
  const auto file = fs::status_of_target(view.place.root / placed.path);
  return file && file->kind == fs::Kind::file ? file->stamp.size : placed.stamp.size;
}

}  // namespace hubcache::adoption
