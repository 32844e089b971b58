#include "fs/listing.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>

#include <dirent.h>

#include "base/system_call.h"
#include "fs/descriptor.h"

namespace hubcache::fs {

int Listing::read(int folder, std::size_t limit) {
  alignas(dirent64) std::array<char, 64 * 1024> chunk;
  while (entries_.size() <= limit) {
    const ssize_t size = uninterrupted([&] { return system_call::getdents64(folder, chunk.data(), chunk.size()); });
    if (size < 0 && errno != ENOENT) return errno;
    if (size <= 0) return 0;  // the end, or the folder was removed meanwhile
    take(chunk.data(), static_cast<std::size_t>(size));
  }
  return 0;
}

void Listing::take(const char* chunk, std::size_t size) {
  for (std::size_t at = 0; at < size;) {
    const auto* found = reinterpret_cast<const dirent64*>(chunk + at);
    at += found->d_reclen;
    const std::string_view name = found->d_name;
    if (name == "." || name == "..") continue;
    entries_.push_back(
        {static_cast<std::uint32_t>(names_.size()), static_cast<std::uint16_t>(name.size()), found->d_type});
    names_.append(name.data(), name.size() + 1);
  }
}

}  // namespace hubcache::fs
