#include "record/origin.h"

#include <cerrno>
#include <iterator>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/ownership.h"
#include "fs/system_error.h"

namespace hubcache::record {
namespace {

using std::filesystem::path;

constexpr std::string_view record_folder_name = "._hubcache";

/// The path of the record folder: symlinks are followed in `base`, but not in `inside`.
struct Way {
  path base, inside;
};

Way way_to(const path& folder) {
  Way way{folder.parent_path(), folder.filename()};
  path above = folder.parent_path(), inside = folder.filename();
  for (; above.has_relative_path(); above = above.parent_path()) {
    inside = above.filename() / inside;
    if (above.filename() == record_folder_name) way = {above.parent_path(), inside};
  }
  return way;
}

struct Opened {
  fs::Descriptor folder;
  int number = 0;  ///< the errno value, if `folder` could not be opened
  bool is_behind_symlink = false;
};

Opened open_folder(const path& folder) {
  constexpr int pass = O_PATH | O_DIRECTORY | O_CLOEXEC, end = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
  const auto [base, inside] = way_to(folder);
  fs::Descriptor at(fs::uninterrupted([&] { return open(base.empty() ? "." : base.c_str(), pass); }));
  if (!at) return {{}, errno};
  for (auto part = inside.begin(); part != inside.end(); ++part) {
    const int flags = (std::next(part) == inside.end() ? end : pass) | O_NOFOLLOW;
    fs::Descriptor next(fs::uninterrupted([&] { return openat(at.get(), part->c_str(), flags); }));
    const int number = errno;
    struct stat status;
    if (!next) {
      const bool is_there = fstatat(at.get(), part->c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
      return {{}, number, is_there && S_ISLNK(status.st_mode)};
    }
    at = std::move(next);
  }
  return {std::move(at)};
}

Error cannot_open(int number, const path& name) {
  return fs::system_error(number, say("read {}", in_quotes(name.native())));
}

bool is_missing(int number) { return number == ENOENT || number == ENOTDIR || number == ENAMETOOLONG; }

}  // namespace

Result<std::optional<OpenedRecord>> open_record(const path& folder) {
  const Opened opened = open_folder(folder);
  OpenedRecord record;
  record.is_behind_symlink = opened.is_behind_symlink;
  if (opened.is_behind_symlink) record.objection = say("its folder is a symlink, which hubcache does not follow");
  if (opened.is_behind_symlink) return record;
  if (!opened.folder && is_missing(opened.number)) return std::nullopt;
  if (!opened.folder) return cannot_open(opened.number, folder);
  struct stat of_folder;
  if (fstat(opened.folder.get(), &of_folder) != 0) return cannot_open(errno, folder);
  const fs::Ownership folders(opened.folder.get(), of_folder);
  record.objection = folders.objection();
  if (!record.objection.empty()) record.owner = folders.owner();

  const path name = folder / file_name;
  fs::Descriptor file(
      fs::uninterrupted([&] { return openat(opened.folder.get(), file_name, fs::source_flags | O_NOFOLLOW); }));
  if (!file && errno == ENOENT) return record;
  record.file = TRY(fs::check_source(std::move(file), name));
  const fs::Ownership files(record.file->file.get(), record.file->status);
  if (!files.is_trusted()) record.objection = files.objection();
  if (!record.objection.empty()) record.owner = files.owner();
  return record;
}

Error foreign_record(const path& folder, const std::string& objection) {
  return {ErrorCode::conflict,
          say("the adoption recorded in {} is not trusted: {}", in_quotes(folder.native()), objection),
          say("add --trust-owner if you trust the owner, or run hubcache adopt, which sets the record aside")};
}

}  // namespace hubcache::record
