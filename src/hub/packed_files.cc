#include "hub/packed_files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <limits>
#include <ranges>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/language.h"
#include "base/system_call.h"
#include "base/try.h"
#include "fs/system_error.h"

namespace hubcache::hub {
namespace {

/// A path follows each record. The file ends with the offsets of all records.
struct Record {
  std::uint64_t size;
  Sha256 sha256;
  Sha1 git;
  std::uint16_t path_size;
  std::uint8_t is_lfs, head_size;
  std::array<char, 2> head;
};
static_assert(std::is_trivially_copyable_v<Record>);

constexpr std::size_t flush_at = 64 << 10;  // bytes

Record record_at(const char* address) {
  Record record;
  std::memcpy(&record, address, sizeof record);
  return record;
}

fs::Descriptor file_in_memory() { return fs::Descriptor(system_call::memfd_create("hubcache", MFD_CLOEXEC)); }

fs::Descriptor open_nameless(const Environment& environment) {
  for (const std::string& folder : {environment.get("TMPDIR").value_or("/var/tmp"), std::string("/var/tmp")}) {
    fs::Descriptor file(open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file) return file;
  }
  return file_in_memory();
}

Error failure() { return fs::system_error(errno, say("write a temporary file with the list of a repo's files")); }

}  // namespace

PackedFiles::~PackedFiles() { munmap(const_cast<char*>(start_), bytes_); }  // NOLINT(*-const-cast)

std::string_view PackedFiles::path(std::size_t number) const {
  std::uint32_t offset = 0;
  std::memcpy(&offset, start_ + bytes_ - (count_ - number) * sizeof offset, sizeof offset);
  std::uint16_t size = 0;
  std::memcpy(&size, start_ + offset + offsetof(Record, path_size), sizeof size);
  return {start_ + offset + sizeof(Record), size};
}

std::size_t PackedFiles::path_bytes() const {
  if (count_ == 0) return 0;
  return bytes_ - count_ * (sizeof(Record) + sizeof(std::uint32_t));
}

PackedFile PackedFiles::at(std::size_t number) const {
  const std::string_view name = path(number);
  const char* start = name.data() - sizeof(Record);
  const Record record = record_at(start);
  return {name,       record.size,        record.sha256,
          record.git, record.is_lfs != 0, {start + offsetof(Record, head), record.head_size}};
}

std::size_t PackedFiles::lower_bound(std::string_view path) const {
  const auto numbers = std::views::iota(std::size_t{0}, count_);
  return static_cast<std::size_t>(
      std::ranges::lower_bound(numbers, path, {}, [this](std::size_t number) { return this->path(number); }) -
      numbers.begin());
}

std::optional<PackedFile> PackedFiles::find(std::string_view path) const {
  const std::size_t number = lower_bound(path);
  if (number == count_ || this->path(number) != path) return std::nullopt;
  return at(number);
}

void PackedFiles::leave_memory() const {
  madvise(const_cast<char*>(start_), bytes_, MADV_DONTNEED);  // NOLINT(*-const-cast)
}

PackedFiles::Packer::Packer(const Environment& environment) : file_(open_nameless(environment)) {}

Result<void> PackedFiles::Packer::add(const PackedFile& file) {
  const std::uint64_t offset = flushed_ + buffer_.size();
  if (offset > std::numeric_limits<std::uint32_t>::max())
    return Error{ErrorCode::failed, say("the repo has too many files"), ""};
  offsets_.push_back(static_cast<std::uint32_t>(offset));
  Record record{.size = file.size,
                .sha256 = file.sha256,
                .git = file.git,
                .path_size = static_cast<std::uint16_t>(file.path.size()),
                .is_lfs = file.is_lfs,
                .head_size = static_cast<std::uint8_t>(file.head.size()),
                .head = {}};
  file.head.copy(record.head.data(), record.head.size());
  buffer_.append(reinterpret_cast<const char*>(&record), sizeof record).append(file.path);
  return buffer_.size() < flush_at ? Result<void>() : flush();
}

/// Goes on with a file in memory.
bool PackedFiles::Packer::write_in_memory() {
  fs::Descriptor memory = file_in_memory();
  std::string piece(flush_at, '\0');
  for (std::uint64_t at = 0; at < flushed_;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), flushed_ - at));
    const ssize_t size =
        fs::uninterrupted([&] { return pread(file_.get(), piece.data(), wanted, static_cast<off_t>(at)); });
    if (size <= 0 || !fs::write_whole(memory.get(), std::string_view(piece).substr(0, static_cast<std::size_t>(size))))
      return false;
    at += static_cast<std::uint64_t>(size);
  }
  file_ = std::move(memory);
  return fs::write_whole(file_.get(), buffer_);
}

Result<void> PackedFiles::Packer::flush() {
  if (!fs::write_whole(file_.get(), buffer_) && !write_in_memory()) return failure();
  flushed_ += buffer_.size();
  buffer_.clear();
  return {};
}

Result<std::shared_ptr<const PackedFiles>> PackedFiles::Packer::finish() {
  buffer_.append(reinterpret_cast<const char*>(offsets_.data()), offsets_.size() * sizeof(std::uint32_t));
  if (buffer_.empty() && flushed_ == 0) buffer_ = '\0';  // mmap() refuses a length of 0
  TRY(flush());
  void* const start = mmap(nullptr, flushed_, PROT_READ, MAP_SHARED, file_.get(), 0);
  if (start == MAP_FAILED) return failure();
  return std::shared_ptr<const PackedFiles>(
      new PackedFiles(static_cast<const char*>(start), flushed_, offsets_.size()));
}

std::uint64_t mapped_bytes_in_memory() {
  static const fs::Descriptor statm(open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
  std::array<char, 128> text;
  const ssize_t size = pread(statm.get(), text.data(), text.size(), 0);
  std::uint64_t pages = 0;  // of mapped files: the third number of statm
  const char* at = text.data();
  const char* const end = at + std::max<ssize_t>(size, 0);
  for (int i = 0; i < 3; ++i) {
    while (at < end && *at == ' ') ++at;
    at = std::from_chars(at, end, pages).ptr;
  }
  return pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace hubcache::hub
