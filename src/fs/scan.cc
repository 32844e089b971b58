#include "fs/scan.h"

#include <fcntl.h>

#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/scanner.h"
#include "fs/system_error.h"

namespace hubcache::fs {

Result<LocalTree> scan_tree(const std::filesystem::path& folder, const ScanRules& rules) {
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const std::filesystem::path at = folder.empty() ? std::filesystem::path(".") : folder;
  const Descriptor opened(uninterrupted([&] { return open(at.c_str(), flags); }));
  if (!opened) return system_error(errno, "read the folder " + in_quotes(at.native()));
  return Scanner(at.native(), rules).scan(opened.get());
}

}  // namespace hubcache::fs
