#include "fs/real_path.h"

namespace hubcache::fs {

std::filesystem::path real_path(const std::filesystem::path& name) {
  std::error_code problem;
  const std::filesystem::path resolved = std::filesystem::weakly_canonical(name, problem);
  return problem ? name : resolved;
}

}  // namespace hubcache::fs
