#include "caches/open_files.h"

#include <sys/sysmacros.h>

#include <algorithm>
#include <charconv>

#include "fs/file.h"
#include "fs/walk.h"

namespace hubcache::caches {
namespace {

using std::filesystem::path;

constexpr std::uint64_t largest_maps = 64 << 20;  // bytes

template <class Number>
std::optional<Number> whole_number(std::string_view text, int base) {
  Number number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return problem == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Calls `take` for the names in a folder. A process that has ended, or that this user may not look at, has none.
template <class Take>
void for_each_name(const path& folder, Take take) {
  static_cast<void>(fs::walk(folder, [&](const std::string& name, const fs::Status&) {
    take(name);
    return fs::Descend::no;
  }));
}

/// Removes the first field from the line.
std::string_view take_field(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  const std::string_view field = line.substr(0, line.find(' '));
  line.remove_prefix(field.size());
  return field;
}

}  // namespace

std::optional<MappedFile> parse_mapping(std::string_view line) {
  for (int skipped = 0; skipped < 3; ++skipped) take_field(line);  // addresses, rights, offset
  const std::string_view device = take_field(line);
  const auto inode = whole_number<std::uint64_t>(take_field(line), 10);
  const auto colon = std::min(device.find(':'), device.size());
  const auto major = whole_number<unsigned>(device.substr(0, colon), 16);
  const auto minor = whole_number<unsigned>(device.substr(std::min(colon + 1, device.size())), 16);
  const auto slash = line.find('/');
  if (!major || !minor || !inode || *inode == 0 || slash == line.npos) return std::nullopt;
  return MappedFile{{makedev(*major, *minor), *inode}, line.substr(slash)};
}

OpenFiles OpenFiles::look(const path& proc) {
  OpenFiles files;
  for_each_name(proc, [&](const std::string& name) {
    if (const auto id = whole_number<int>(name, 10)) files.look_at(proc / name, *id);
  });
  return files;
}

void OpenFiles::look_at(const path& process, int id) {
  for_each_name(process / "fd", [&](const std::string& name) { add(process / "fd" / name, id); });
  add(process / "cwd", id);
  const auto maps = fs::read_file(process / "maps", largest_maps);
  if (!maps) return;
  for (std::size_t start = 0; start < maps->size();) {
    const std::size_t end = std::min(maps->find('\n', start), maps->size());
    add_mapped(std::string_view(*maps).substr(start, end - start), id);
    start = end + 1;
  }
}

void OpenFiles::add(const path& link, int id) {
  const auto name = fs::read_symlink(link);
  if (!name || !name->starts_with('/')) return;  // a pipe or a socket
  names_.emplace(*name, id);
  const auto status = fs::status_of_target(link);
  if (status && status->kind != fs::Kind::missing) files_.emplace(FileId{status->device, status->stamp.inode}, id);
}

void OpenFiles::add_mapped(std::string_view line, int id) {
  const auto mapped = parse_mapping(line);
  if (!mapped) return;
  names_.emplace(mapped->name, id);
  files_.emplace(mapped->file, id);
}

std::optional<int> OpenFiles::user_of(const FileId& file) const {
  const auto found = files_.find(file);
  return found == files_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<int> OpenFiles::user_below(const path& folder) const {
  const std::string start = folder.native() + "/";
  const auto found = names_.lower_bound(start);
  if (found != names_.end() && found->first.starts_with(start)) return found->second;
  const auto itself = names_.find(folder.native());
  return itself == names_.end() ? std::nullopt : std::optional(itself->second);
}

}  // namespace hubcache::caches
