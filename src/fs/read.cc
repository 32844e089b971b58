#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/file.h"
#include "fs/source.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

Error too_large(const path& name, std::uint64_t limit) {
  return {ErrorCode::failed, say("{} is larger than {}", in_quotes(name.native()), human_size(limit)),
          say("check that this is the intended file")};
}

/// Passes the file on piece by piece, to its end or until `take` returns false.
template <class Take>
Result<void> read_pieces(const path& name, const Source& source, const Take& take) {
  std::array<char, 64 * 1024> piece;
  for (;;) {
    const ssize_t count = uninterrupted([&] { return read(source.file.get(), piece.data(), piece.size()); });
    if (count < 0) return system_error(errno, say("read {}", in_quotes(name.native())));
    if (count == 0 || !take(std::string_view(piece.data(), static_cast<std::size_t>(count)))) return {};
  }
}

}  // namespace

Result<std::string> read_file(const Name& name, std::uint64_t limit) {
  return read_source(TRY(open_source(name)), name.path(), limit);
}

Result<std::string> read_source(const Source& source, const path& name, std::uint64_t limit) {
  const auto size = static_cast<std::uint64_t>(source.status.st_size);
  if (size > limit) return too_large(name, limit);
  std::string bytes;
  bytes.reserve(size);
  TRY(read_pieces(name, source, [&](std::string_view piece) { return bytes.append(piece).size() <= limit; }));
  return bytes.size() <= limit ? Result<std::string>(std::move(bytes)) : too_large(name, limit);
}

Result<std::string> read_first_line(const Source& source, const path& name, std::uint64_t limit) {
  std::string line;
  std::size_t end = line.npos;
  TRY(read_pieces(name, source, [&](std::string_view piece) {
    const std::size_t at = piece.find('\n');
    if (at != piece.npos) end = line.size() + at;
    return line.append(piece).size() <= limit && end == line.npos;
  }));
  if (end != line.npos) line.resize(end);
  return line.size() <= limit ? Result<std::string>(std::move(line)) : too_large(name, limit);
}

Result<bool> has_bytes(const Name& name, std::string_view bytes) {
  const Source source = TRY(open_source(name));
  bool same = static_cast<std::uint64_t>(source.status.st_size) == bytes.size();
  if (!same) return false;
  TRY(read_pieces(name.path(), source, [&](std::string_view piece) {
    same = bytes.starts_with(piece);
    if (same) bytes.remove_prefix(piece.size());
    return same;
  }));
  return same && bytes.empty();
}

bool have_same_bytes(const Source& one, const Source& other, const std::function<bool()>& goes_on) {
  std::array<std::array<char, 64 * 1024>, 2> pieces;
  for (off_t at = 0;;) {
    const auto read_at = [at](const Source& source, std::array<char, 64 * 1024>& piece) {
      return uninterrupted([&] { return pread(source.file.get(), piece.data(), piece.size(), at); });
    };
    const ssize_t count = read_at(one, pieces[0]), other_count = read_at(other, pieces[1]);
    if (count < 0 || count != other_count) return false;  // a short read of a regular file means its end
    if (count == 0) return true;
    if (goes_on && !goes_on()) return false;
    if (!std::equal(pieces[0].begin(), pieces[0].begin() + count, pieces[1].begin())) return false;
    at += count;
  }
}

Result<std::string> read_symlink(const Name& name) {
  const Root::Entry entry = name.entry();
  std::array<char, PATH_MAX> target;
  const ssize_t length =
      entry.folder == -1 ? -1 : readlinkat(entry.folder, entry.name.c_str(), target.data(), target.size());
  if (length < 0 && errno == EINVAL)
    return Error{ErrorCode::failed, say("{} is not a symlink", in_quotes(name.path().native())), ""};
  if (length < 0) return system_error(errno, say("read the symlink {}", in_quotes(name.path().native())));
  return std::string(target.data(), static_cast<std::size_t>(length));
}

}  // namespace hubcache::fs
