#include "duplicates/link.h"

#include <cerrno>
#include <functional>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "duplicates/look.h"
#include "fs/file.h"
#include "fs/lease.h"
#include "fs/listing.h"
#include "fs/source.h"
#include "fs/stamp.h"

namespace hubcache::duplicates {
namespace {

constexpr std::string_view prefix = ".hubcache-dedupe-";
constexpr std::size_t digits = 32;

std::string_view last_part(std::string_view path) { return path.substr(path.rfind('/') + 1); }

/// Returns the name beside the file: the same for each attempt, and different for each file of a folder.
std::string beside(std::string_view path) {
  const std::string_view name = last_part(path);
  return std::string(path.substr(0, path.size() - name.size())) + std::string(prefix) +
         digest::sha256_hex(name).substr(0, digits);
}

std::string changed(const std::filesystem::path& name) {
  return say("{} has changed meanwhile", in_quotes(name.native()));
}

/// Returns why a lease is not held; "" if it is.
std::string objection(const fs::Lease& lease, const std::filesystem::path& name) {
  switch (lease.outcome()) {
    case fs::Lease::Outcome::held: return "";
    case fs::Lease::Outcome::refused: return say("a program is writing to {}", in_quotes(name.native()));
    case fs::Lease::Outcome::impossible: break;
  }
  return say("the file system does not tell whether a program is writing to {}", in_quotes(name.native()));
}

/// Whether the two stats are of the same file with the same content. The ctime is not compared: a rename changes it.
bool is_same(const struct stat& one, const struct stat& other) {
  const FileStamp a = fs::stamp_of(one), b = fs::stamp_of(other);
  return one.st_dev == other.st_dev && a.inode == b.inode && a.size == b.size && a.mtime == b.mtime &&
         one.st_mode == other.st_mode && one.st_uid == other.st_uid && one.st_gid == other.st_gid;
}

struct Opened {
  fs::Source kept, file;
};

Result<bool> is_at(const fs::Name& name, const fs::Source& source) {
  const fs::Source there = TRY(fs::open_source(name));
  return is_same(there.status, source.status);
}

/// Exchanges the names back, after what came out was not the file that was compared. `link_name` is removed only if it
/// is the link: another program may have renamed a file to `inside` a second time.
Result<void> exchange_back(const fs::Name& inside, const fs::Name& link_name, const fs::Source& kept) {
  TRY(fs::exchange(link_name, inside));
  if (TRY(is_at(link_name, kept))) return fs::remove_file(link_name);
  TRY(fs::exchange(link_name, inside));
  return Error{ErrorCode::failed,
               say("another program was replacing {}; its earlier file is {}", in_quotes(inside.path().native()),
                   in_quotes(link_name.path().native())),
               ""};
}

/// Exchanges a name of the file with a new link to the kept file. `is_untouched`: whether no program has begun to write
/// to the files since they were compared. Returns false if the name leads to another file by now.
Result<bool> exchange(const Files& files, const FileName& kept, const FileName& name, const Opened& opened,
                      const std::function<bool()>& is_untouched) {
  const fs::Root kept_root(files.folders[kept.folder]), root(files.folders[name.folder]);
  const fs::Name inside(root, name.path), link_name(root, beside(name.path));
  TRY(fs::make_hard_link_to_name({kept_root, kept.path}, link_name));
  const auto is_link = is_at(link_name, opened.kept), is_file = is_at(inside, opened.file);
  if (!is_link.value_or(false) || !is_file.value_or(false) || !is_untouched()) {
    TRY(fs::remove_file(link_name));
    return false;
  }
  const auto is_exchanged = fs::exchange(link_name, inside);
  if (!is_exchanged || !*is_exchanged) {
    TRY(fs::remove_file(link_name));
    if (!is_exchanged) return is_exchanged.error();
    return Error{ErrorCode::failed,
                 say("the file system of {} cannot exchange two names", in_quotes(inside.path().native())), ""};
  }
  if (TRY(is_at(link_name, opened.file)) && is_untouched()) {
    TRY(fs::remove_file(link_name));
    return true;
  }
  TRY(exchange_back(inside, link_name, opened.kept));
  return false;
}

/// Returns the name in the folder to which beside() gives this name; "" if there is none.
std::string original_of(const fs::Root& root, std::string_view left_over) {
  constexpr std::size_t most = 1'000'000;
  const std::string folder(left_over.substr(0, left_over.size() - last_part(left_over).size()));
  const fs::Root::Entry entry = fs::Name(root, left_over).parent().entry();
  if (entry.folder == -1) return "";
  constexpr int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  const fs::Descriptor opened(fs::uninterrupted([&] { return openat(entry.folder, entry.name.c_str(), flags); }));
  fs::Listing listing;
  if (!opened || listing.read(opened.get(), most) != 0) return "";
  for (const fs::Listing::Entry& one : listing.entries()) {
    std::string name = folder + listing.name(one);
    if (beside(name) == left_over) return name;
  }
  return "";
}

}  // namespace

Done link(const Files& files, const File& kept, const File& file, std::uint64_t gain) {
  const FileName& kept_name = kept.names.front();
  const std::filesystem::path kept_path = files.path_of(kept), path = files.path_of(file);
  auto original = open_unchanged_but_for_links(files, kept, kept_name);
  if (!original) return left(original.error().message);
  auto twin = open_unchanged(files, file, file.names.front());
  if (!twin) return left(twin.error().message);
  const Opened opened{*std::move(original), *std::move(twin)};
  const fs::Lease kept_lease(opened.kept.file.get()), lease(opened.file.file.get());
  for (const std::string& why : {objection(kept_lease, kept_path), objection(lease, path)}) {
    if (!why.empty()) return left(why);
  }
  const auto attributes = attributes_of(opened.file.file.get());
  if (!attributes || attributes != attributes_of(opened.kept.file.get()) ||
      opened.file.status.st_uid != opened.kept.status.st_uid)
    return left(changed(path));
  const auto is_untouched = [&] { return kept_lease.is_unbroken() && lease.is_unbroken(); };
  if (!fs::have_same_bytes(opened.kept, opened.file, is_untouched) || !is_untouched()) return left(changed(path));
  for (const FileName& name : file.names) {
    const auto done = exchange(files, kept_name, name, opened, is_untouched);
    if (!done) return left(done.error().message);
    if (!*done) return left(changed(files.path_of(name)));
  }
  return {DuplicateState::shared, gain};
}

bool is_left_over(std::string_view name) {
  return name.size() == prefix.size() + digits && name.starts_with(prefix) &&
         name.find_first_not_of("0123456789abcdef", prefix.size()) == name.npos;
}

std::string remove_left_over(const Files& files, const FileName& name) {
  const std::string shown = in_quotes(files.path_of(name).native());
  const fs::Root root(files.folders[name.folder]);
  const std::string original = original_of(root, name.path);
  const auto here = fs::open_source({root, name.path});
  const auto there = fs::open_source({root, original.empty() ? name.path : original});
  const bool has_content = !original.empty() && here && there && fs::Lease(here->file.get()).is_unbroken() &&
                           fs::have_same_bytes(*here, *there);
  if (!has_content)
    return say(
        "an interrupted hubcache dedupe has left {}: it stays, because no file beside it is known to have the same "
        "content; if you need it, rename it, else remove it",
        shown);
  const auto removed = fs::remove_file({root, name.path});
  return removed ? "" : removed.error().message;
}

}  // namespace hubcache::duplicates
