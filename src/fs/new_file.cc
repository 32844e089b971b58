#include "fs/new_file.h"

#include <cstdint>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/language.h"
#include "base/system_call.h"
#include "base/text.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

constexpr std::string_view temporary_prefix = ".hubcache-";

Descriptor open_new(const Name& name, unsigned mode) {
  const Root::Entry entry = name.entry();
  if (entry.folder == -1) return {};
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  return Descriptor(uninterrupted([&] { return openat(entry.folder, entry.name.c_str(), flags, mode); }));
}

std::uint64_t random_number() {
  std::uint64_t number = 0;
  if (uninterrupted([&] { return system_call::getrandom(&number, sizeof number, 0); }) == sizeof number) return number;
  timespec now{};  // a kernel without getrandom: the clock is less random, but O_EXCL prevents collisions
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_nsec) * 1'000'003u + static_cast<std::uint64_t>(getpid());
}

}  // namespace

Result<NewFile> NewFile::create(Name name, unsigned mode) {
  Descriptor file = open_new(name, mode);
  if (!file) return system_error(errno, say("create {}", in_quotes(name.path().native())));
  return NewFile(std::move(name), std::move(file));
}

Result<NewFile> NewFile::create_temporary(const Name& folder, unsigned mode) {
  for (int attempt = 0;; ++attempt) {
    const auto name = folder / fmt::format("{}{:012x}", temporary_prefix, random_number() & 0xFFFF'FFFF'FFFF);
    Descriptor file = open_new(name, mode);
    if (file) return NewFile(name, std::move(file));
    if (errno != EEXIST || attempt == 100) {
      const std::string shown = folder.path().native();
      return system_error(errno, say("create a file in {}", in_quotes(shown.empty() ? "." : shown)));
    }
  }
}

bool is_temporary_name(std::string_view name) {
  constexpr std::string_view digits = "0123456789abcdef";
  return name.size() == temporary_prefix.size() + 12 && name.starts_with(temporary_prefix) &&
         name.find_first_not_of(digits, temporary_prefix.size()) == name.npos;
}

NewFile::~NewFile() {
  struct stat mine, there;
  if (!file_ || fstat(file_.get(), &mine) != 0) return;
  const Root::Entry entry = name_.entry();
  if (entry.folder == -1 || fstatat(entry.folder, entry.name.c_str(), &there, AT_SYMLINK_NOFOLLOW) != 0) return;
  if (mine.st_dev == there.st_dev && mine.st_ino == there.st_ino) unlinkat(entry.folder, entry.name.c_str(), 0);
}

Result<void> NewFile::write(std::string_view bytes) {
  if (!write_whole(file_.get(), bytes)) return system_error(errno, say("write {}", in_quotes(name_.path().native())));
  return {};
}

Result<void> NewFile::sync() {
  if (uninterrupted([&] { return fsync(file_.get()); }) != 0) {
    return system_error(errno, say("write {} to the disk", in_quotes(name_.path().native())));
  }
  return {};
}

}  // namespace hubcache::fs
