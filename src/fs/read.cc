#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/file.h"
#include "fs/source.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

Error too_large(const path& name, std::uint64_t limit) {
  return {ErrorCode::failed, fmt::format("{} is larger than {}", in_quotes(name.native()), human_size(limit)),
          "check that it is the file that it should be"};
}

}  // namespace

Result<std::string> read_file(const path& name, std::uint64_t limit) {
  const Source source = TRY(open_source(name));
  const auto size = static_cast<std::uint64_t>(source.status.st_size);
  if (size > limit) return too_large(name, limit);
  std::string bytes;
  std::array<char, 64 * 1024> chunk;
  bytes.reserve(size);
  for (;;) {
    const ssize_t count = uninterrupted([&] { return read(source.file.get(), chunk.data(), chunk.size()); });
    if (count < 0) return system_error(errno, "read " + in_quotes(name.native()));
    if (count == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(count));
    if (bytes.size() > limit) return too_large(name, limit);
  }
}

Result<std::string> read_symlink(const path& name) {
  std::array<char, PATH_MAX> target;
  const ssize_t length = readlink(name.c_str(), target.data(), target.size());
  if (length < 0 && errno == EINVAL) {
    return Error{ErrorCode::failed, in_quotes(name.native()) + " is not a symlink", ""};
  }
  if (length < 0) return system_error(errno, "read the symlink " + in_quotes(name.native()));
  return std::string(target.data(), static_cast<std::size_t>(length));
}

}  // namespace hubcache::fs
