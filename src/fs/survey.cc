#include "fs/survey.h"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/cancel.h"
#include "base/language.h"
#include "base/system_call.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/levels.h"
#include "fs/stamp.h"
#include "fs/system_error.h"
#include "fs/vanished.h"

namespace hubcache::fs {
namespace {

constexpr int surveyed_folder_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr std::size_t block_of_names = 32 * 1024;  // bytes
constexpr std::uint64_t bytes_in_block = 512;      // the unit of st_blocks, on every file system

SurveyedEntry surveyed(std::string_view path, int folder, const char* name, const struct stat& status) {
  return {path,
          folder,
          name,
          kind_of(status.st_mode),
          status.st_dev,
          stamp_of(status),
          static_cast<std::uint64_t>(status.st_blocks) * bytes_in_block,
          static_cast<std::uint32_t>(status.st_nlink),
          status.st_uid,
          std::max<std::int64_t>(status.st_atim.tv_sec, status.st_mtim.tv_sec)};
}

class Surveyor {
 public:
  Surveyor(std::filesystem::path root, const VisitSurveyed& visit) : root_(std::move(root)), visit_(visit) {}

  Result<Survey> run(const Root::Entry& entry) {
    struct stat status;
    if (entry.folder == -1 || fstatat(entry.folder, entry.name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (!has_vanished(errno)) note_unread(errno);
      return std::move(result_);
    }
    result_.kind = kind_of(status.st_mode);
    const bool enters = visit_(surveyed("", entry.folder, entry.name.c_str(), status)) == Descend::yes;
    if (result_.kind != Kind::folder || !enters) return std::move(result_);
    const Descriptor opened(openat(entry.folder, entry.name.c_str(), surveyed_folder_flags));
    if (opened) TRY(look_into(opened.get()));
    else note_unread(errno);
    return std::move(result_);
  }

 private:
  /// Reads one block of names after the other, so that the memory does not depend on the size of the folder.
  Result<void> look_into(int folder) {
    const auto block = std::make_unique_for_overwrite<std::max_align_t[]>(block_of_names / sizeof(std::max_align_t));
    char* const bytes = reinterpret_cast<char*>(block.get());
    for (;;) {
      TRY(check_not_cancelled());
      const ssize_t size = uninterrupted([&] { return system_call::getdents64(folder, bytes, block_of_names); });
      if (size < 0 && errno != ENOENT) note_unread(errno);
      if (size <= 0) return {};
      for (ssize_t at = 0; at < size && !is_full_;) {
        const auto* found = reinterpret_cast<const dirent64*>(bytes + at);
        at += found->d_reclen;
        const std::string_view name = found->d_name;
        if (name != "." && name != "..") TRY(look_at(folder, found->d_name));
      }
      if (is_full_) return {};
    }
  }

  Result<void> look_at(int folder, const char* name) {
    if (++result_.names > most_surveyed_names) {
      is_full_ = true;
      note(result_.not_entered, {ErrorCode::failed,
                                 say("{} contains more than {} names; the others are not counted",
                                     in_quotes(root_.native()), std::to_string(most_surveyed_names)),
                                 ""});
      return {};
    }
    const std::size_t length = path_.size();
    if (length > 0) path_ += '/';
    path_ += name;
    struct stat status;
    if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) note_unread(errno);
    } else if (visit_(surveyed(path_, folder, name, status)) == Descend::yes && S_ISDIR(status.st_mode)) {
      TRY(enter(folder, name));
    }
    path_.resize(length);
    return {};
  }

  Result<void> enter(int folder, const char* name) {
    if (level_ == most_levels_of_place) {
      note(result_.not_entered, {ErrorCode::failed,
                                 say("{} is more than {} folders deep; what is deeper is not counted",
                                     in_quotes(shown()), std::to_string(most_levels_of_place)),
                                 ""});
      return {};
    }
    const Descriptor inner(openat(folder, name, surveyed_folder_flags));
    if (!inner) {
      if (!has_vanished(errno)) note_unread(errno);
      return {};
    }
    ++level_;
    TRY(look_into(inner.get()));
    --level_;
    return {};
  }

  std::string shown() const { return path_.empty() ? root_.native() : root_.native() + "/" + path_; }
  void note_unread(int number) { note(result_.unread, system_error(number, say("read {}", in_quotes(shown())))); }
  static void note(std::vector<Error>& errors, Error error) {
    if (errors.size() < most_named_unread) errors.push_back(std::move(error));
  }

  const std::filesystem::path root_;
  const VisitSurveyed& visit_;
  Survey result_;
  std::string path_;  ///< relative to the root
  std::size_t level_ = 0;
  bool is_full_ = false;
};

}  // namespace

Result<Survey> survey(const Name& folder, const VisitSurveyed& visit) {
  return Surveyor(folder.path(), visit).run(folder.entry());
}

}  // namespace hubcache::fs
