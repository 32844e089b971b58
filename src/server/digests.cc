#include "server/digests.h"

#include <hubcache/digest.h>

#include "fs/file.h"

namespace hubcache::server {

std::string Digests::known(const std::filesystem::path& file, const FileStamp& stamp) const {
  const std::lock_guard lock(mutex_);
  const auto found = known_.find(file);
  return found != known_.end() && found->second.stamp == stamp ? found->second.sha256 : "";
}

std::string Digests::compute(const std::filesystem::path& file) {
  const auto before = fs::status_of_target(file);
  const auto sha256 = sha256_of_file(file);
  const auto after = fs::status_of_target(file);
  if (!sha256 || !before || !after || before->stamp != after->stamp) return "";
  const std::lock_guard lock(mutex_);
  known_[file] = {after->stamp, *sha256};
  return *sha256;
}

}  // namespace hubcache::server
