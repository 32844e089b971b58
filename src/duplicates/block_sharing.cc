#include "duplicates/block_sharing.h"

#include "fs/share_blocks.h"

namespace hubcache::duplicates {

bool BlockSharing::can_share(const Group& numbers) {
  constexpr int most_tried = 20;  // folders of a file system
  for (const std::uint32_t number : numbers) {
    const File& file = files_.files[number];
    Answer& answer = answers_[file.state.device];
    if (answer.can_share || answer.tried == most_tried) return answer.can_share;
    ++answer.tried;
    answer.can_share = fs::can_share_in(files_.path_of(file).parent_path());
    if (answer.can_share) return true;
  }
  return false;
}

}  // namespace hubcache::duplicates
