#include "duplicates/look.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <sys/xattr.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/hasher.h"
#include "fs/extents.h"
#include "fs/stamp.h"
#include "hash/feed.h"

namespace hubcache::duplicates {
namespace {

Mark mark_of(std::string_view bytes) {
  digest::Hasher hasher(digest::Algorithm::xxh3);
  hasher.add(bytes);
  return hasher.finish<Xxh3>().bytes;
}

/// Reads `size` bytes at `offset`; false if there are fewer.
bool read_at(int file, char* bytes, std::size_t size, std::uint64_t offset) {
  while (size > 0) {
    const ssize_t got = fs::uninterrupted([&] { return pread(file, bytes, size, static_cast<off_t>(offset)); });
    if (got <= 0) return false;
    bytes += got;
    offset += static_cast<std::uint64_t>(got);
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

/// Returns the names of all extended attributes, sorted, each with its value.
std::optional<std::string> extended_attributes(int file) {
  std::array<char, 64 * 1024> names, value;  // the system's limits
  const ssize_t size = flistxattr(file, names.data(), names.size());
  if (size < 0) return errno == ENOTSUP ? std::optional<std::string>("") : std::nullopt;
  std::vector<std::string> found;
  for (std::string_view rest(names.data(), static_cast<std::size_t>(size)); !rest.empty();) {
    const std::string name(rest.substr(0, rest.find('\0')));
    rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    const ssize_t length = fgetxattr(file, name.c_str(), value.data(), value.size());
    if (length < 0) return std::nullopt;
    found.push_back(name + '=' + to_hex({value.data(), static_cast<std::size_t>(length)}));
  }
  std::ranges::sort(found);
  std::string text;
  for (const std::string& one : found) text += one + '\n';
  return text;
}

Error changed(const Files& files, const FileName& name) {
  return {ErrorCode::failed, say("{} has changed meanwhile", in_quotes(files.path_of(name).native())), ""};
}

}  // namespace

Result<fs::Source> open_unchanged(const Files& files, const File& file, const FileName& name) {
  fs::Source source = TRY(open_unchanged_but_for_links(files, file, name));
  return is_unchanged(source.file.get(), file.state) ? Result<fs::Source>(std::move(source)) : changed(files, name);
}

Result<fs::Source> open_unchanged_but_for_links(const Files& files, const File& file, const FileName& name) {
  const fs::Root root(files.folders[name.folder]);
  fs::Source source = TRY(fs::open_source({root, name.path}));
  FileStamp stamp = fs::stamp_of(source.status);
  stamp.ctime = file.state.stamp.ctime;
  const bool is_same = source.status.st_dev == file.state.device && stamp == file.state.stamp;
  return is_same ? Result<fs::Source>(std::move(source)) : changed(files, name);
}

bool is_unchanged(int opened, const hash::FileState& state) {
  struct stat now;
  return fstat(opened, &now) == 0 && now.st_dev == state.device && fs::stamp_of(now) == state.stamp;
}

std::optional<Mark> blocks_of(const Files& files, const File& file) {
  const auto source = open_unchanged(files, file, file.names.front());
  if (!source) return std::nullopt;
  const std::vector<fs::Extent> extents = fs::extents_of(source->file.get());
  std::uint64_t known = 0;
  for (const fs::Extent& extent : extents) known += extent.length;
  if (known == 0 || known < std::min(file.disk_size, file.size())) return std::nullopt;
  static_assert(sizeof(fs::Extent) == 3 * sizeof(std::uint64_t));
  return mark_of({reinterpret_cast<const char*>(extents.data()), extents.size() * sizeof(fs::Extent)});
}

std::optional<Mark> ends_of(const Files& files, const File& file) {
  const auto source = open_unchanged(files, file, file.names.front());
  if (!source) return std::nullopt;
  std::array<char, both_ends> bytes;
  const std::size_t half = std::min<std::uint64_t>(both_ends / 2, file.size());
  const int opened = source->file.get();
  const bool is_read =
      read_at(opened, bytes.data(), half, 0) && read_at(opened, bytes.data() + half, half, file.size() - half);
  if (!is_read || !is_unchanged(opened, file.state)) return std::nullopt;
  return mark_of({bytes.data(), 2 * half});
}

std::optional<std::string> attributes_of(int opened) {
  struct stat status;
  if (fstat(opened, &status) != 0) return std::nullopt;
  auto extended = extended_attributes(opened);
  if (!extended) return std::nullopt;
  return std::to_string(status.st_mode) + " " + std::to_string(status.st_gid) + "\n" + *extended;
}

}  // namespace hubcache::duplicates
