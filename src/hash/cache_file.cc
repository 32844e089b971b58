#include "hash/cache_file.h"

#include <algorithm>
#include <cerrno>
#include <optional>
#include <set>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/file.h"
#include "fs/ownership.h"
#include "fs/system_error.h"

namespace hubcache::hash {
namespace {

constexpr std::chrono::milliseconds patience{5000};

struct OwnFile {
  fs::Descriptor file;
  std::uint64_t size = 0;
};

/// Returns the Error for an untrusted cache: a user who can write to the file or its folder could store false digests.
Error not_trusted(const std::filesystem::path& name, const std::string& why) {
  return {ErrorCode::failed, say("the digest cache {} is not trusted: {}", in_quotes(name.native()), why),
          say("run chmod go-w on it if it is yours, or set HUBCACHE_CACHE to another folder")};
}

/// Opens the folder if it is trusted; nullopt if there is none.
Result<std::optional<fs::Descriptor>> open_own_folder(const std::filesystem::path& folder) {
  fs::Descriptor opened(fs::uninterrupted([&] { return open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  struct stat status;
  if (!opened && errno == ENOENT) return std::optional<fs::Descriptor>();
  if (!opened || fstat(opened.get(), &status) != 0)
    return fs::system_error(errno, say("open the digest cache's folder {}", in_quotes(folder.native())));
  const std::string why = fs::Ownership(opened.get(), status).objection();
  if (!why.empty()) return not_trusted(folder, why);
  return std::optional(std::move(opened));
}

/// Opens the file if it is trusted; nullopt if there is none. Reads the size from the open file, since over NFS a name
/// may lead to an old file.
Result<std::optional<OwnFile>> open_own(const std::filesystem::path& name, int flags) {
  const auto folder = TRY(open_own_folder(name.parent_path()));
  if (!folder) return std::optional<OwnFile>();
  const std::string inside = name.filename().native();
  OwnFile own{fs::Descriptor(fs::uninterrupted(
      [&] { return openat(folder->get(), inside.c_str(), flags | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644); }))};
  struct stat status;
  if (!own.file && errno == ENOENT) return std::optional<OwnFile>();
  if (!own.file || fstat(own.file.get(), &status) != 0)
    return fs::system_error(errno, say("open the digest cache {}", in_quotes(name.native())));
  own.size = static_cast<std::uint64_t>(status.st_size);
  const bool is_file = S_ISREG(status.st_mode);
  const std::string why = is_file ? fs::Ownership(own.file.get(), status).objection() : say("it is not a regular file");
  if (!why.empty()) return not_trusted(name, why);
  return std::optional(std::move(own));
}

/// Reads until the end of the file, at most `size` bytes.
Result<std::size_t> read_into(const fs::Descriptor& file, void* to, std::size_t size,
                              const std::filesystem::path& name) {
  std::size_t got = 0;
  while (got < size) {
    const ssize_t count = fs::uninterrupted([&] { return read(file.get(), static_cast<char*>(to) + got, size - got); });
    if (count < 0) return fs::system_error(errno, say("read the digest cache {}", in_quotes(name.native())));
    if (count == 0) break;
    got += static_cast<std::size_t>(count);
  }
  return got;
}

/// Appends the bytes at `size`. Before that, cuts off bytes after `size`, which a killed process has left; if writing
/// fails, cuts off the incomplete bytes too.
Result<void> append_behind(const OwnFile& own, std::uint64_t size, std::string_view bytes,
                           const std::filesystem::path& name) {
  const auto length = static_cast<off_t>(size);
  if ((own.size == size || ftruncate(own.file.get(), length) == 0) && fs::write_whole(own.file.get(), bytes)) return {};
  Error error = fs::system_error(errno, say("write the digest cache {}", in_quotes(name.native())));
  if (ftruncate(own.file.get(), length) != 0) error.message += say("; its last part is incomplete");
  return error;
}

}  // namespace

std::vector<CacheRecord> newest(const std::vector<CacheRecord>& records, std::size_t most) {
  std::vector<CacheRecord> kept;
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (auto record = records.rbegin(); record != records.rend() && kept.size() < most; ++record) {
    if (seen.emplace(record->device, record->inode).second) kept.push_back(*record);
  }
  std::ranges::reverse(kept);
  return kept;
}

CacheFile::CacheFile(std::filesystem::path folder) : folder_(std::move(folder)), name_(folder_ / "digests") {}

Result<CacheContent> CacheFile::load() const {
  const auto own = TRY(open_own(name_, O_RDONLY));
  if (!own || own->size == 0) return CacheContent{};
  std::string header(cache_header().size(), '\0');
  if (own->size > largest_cache || TRY(read_into(own->file, header.data(), header.size(), name_)) < header.size() ||
      header != cache_header()) {
    return CacheContent{{}, 1};
  }
  std::vector<CacheRecord> records((own->size - header.size()) / sizeof(CacheRecord));
  const std::size_t got = TRY(read_into(own->file, records.data(), records.size() * sizeof(CacheRecord), name_));
  records.resize(got / sizeof(CacheRecord));
  return checked(std::move(records));
}

Result<void> CacheFile::append(const std::vector<CacheRecord>& records, bool mend) const {
  TRY(fs::make_own_folder(folder_));
  const fs::Lock held = TRY(lock());
  const auto own = TRY(open_own(name_, O_RDWR | O_CREAT | O_APPEND));
  const std::string header = cache_header();
  const std::string_view bytes = bytes_of(records);
  if (mend || std::max(own->size, header.size()) + bytes.size() > largest_cache) return write_anew(records);
  if (own->size < header.size()) return append_behind(*own, 0, header + std::string(bytes), name_);
  return append_behind(*own, own->size - (own->size - header.size()) % sizeof(CacheRecord), bytes, name_);
}

Result<void> CacheFile::write_anew(const std::vector<CacheRecord>& records) const {
  CacheContent content = TRY(load());
  content.records.insert(content.records.end(), records.begin(), records.end());
  TRY(fs::remove_unfinished(folder_));
  const std::vector<CacheRecord> kept = newest(content.records, largest_cache / 2 / sizeof(CacheRecord));
  return fs::write_own_file(name_, [&](const fs::Put& put) -> Result<void> {
    TRY(put(cache_header()));
    return put(bytes_of(kept));
  });
}

Result<void> CacheFile::remove() const {
  if (TRY(fs::status_of(folder_)).kind == fs::Kind::missing) return {};
  const fs::Lock held = TRY(lock());
  TRY(fs::remove_unfinished(folder_));
  return fs::remove_file(name_);
}

Result<fs::Lock> CacheFile::lock() const { return fs::Lock::acquire(folder_ / "digests.lock", patience); }

}  // namespace hubcache::hash
