#include "store/read_at.h"

#include <cerrno>
#include <utility>

#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "fs/system_error.h"

namespace hubcache::store {

Result<std::string> read_at(const fs::Source& source, const std::filesystem::path& name, std::uint64_t offset,
                            std::uint64_t size, std::string buffer) {
  std::string bytes = std::move(buffer);
  bytes.resize(size);
  for (std::size_t have = 0; have < size;) {
    const ssize_t count = fs::uninterrupted(
        [&] { return pread(source.file.get(), bytes.data() + have, size - have, static_cast<off_t>(offset + have)); });
    if (count < 0) return fs::system_error(errno, say("read {}", in_quotes(name.native())));
    if (count == 0) {
      bytes.resize(have);
      break;
    }
    have += static_cast<std::size_t>(count);
  }
  return bytes;
}

}  // namespace hubcache::store
