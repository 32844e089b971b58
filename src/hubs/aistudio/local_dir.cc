#include "hubs/aistudio/local_dir.h"

#include "hubs/aistudio/target.h"

namespace hubcache::hub {

Place local_dir_place(const std::filesystem::path& root, const std::filesystem::path& record) {
  Place place;
  place.root = root;
  place.temporary = root / "._tmp";
  place.record = record;
  place.index = &aistudio_parts::index;
  return place;
}

}  // namespace hubcache::hub
