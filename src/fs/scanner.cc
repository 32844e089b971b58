#include "fs/scanner.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include "base/cancel.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/descriptor.h"
#include "fs/levels.h"
#include "fs/system_error.h"

namespace hubcache::fs {
namespace {

constexpr std::size_t most_files = 1'000'000;
constexpr std::size_t most_names = 4'000'000;
constexpr int most_by_symlink = 100'000;    // symlinks to folders can multiply the entries
constexpr std::size_t longest_path = 4096;  // bytes; the limit of RelPath

bool any_matches(const std::vector<Glob>& globs, std::string_view path, bool is_folder) {
  return std::ranges::any_of(globs, [&](const Glob& glob) { return glob.matches(path, is_folder); });
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Compares names as parts of whole paths: a folder's name is followed by a slash.
bool goes_before(std::string_view a, bool a_is_folder, std::string_view b, bool b_is_folder) {
  const std::size_t common = std::min(a.size(), b.size());
  if (const int order = std::memcmp(a.data(), b.data(), common); order != 0) return order < 0;
  const auto next = [&](std::string_view name, bool is_folder) {
    return name.size() > common ? static_cast<unsigned char>(name[common]) : is_folder ? '/' : 0;
  };
  return next(a, a_is_folder) < next(b, b_is_folder);
}

Error too_much(const std::string& root, std::string_view what) {
  return {ErrorCode::failed, say("{} contains more than {}", in_quotes(root), what),
          say("pass the folder of one model, or exclude files with --exclude")};
}

}  // namespace

Scanner::Scanner(std::string root, const ScanRules& rules, Names names, Take take)
    : root_(std::move(root)),
      rules_(rules),
      forbidden_(rules.forbidden),
      kind_of_names_(names),
      take_(std::move(take)) {}

Result<std::vector<LeftOut>> Scanner::scan(int root) {
  struct stat status;
  if (fstat(root, &status) != 0) return system_error(errno, say("access the folder {}", in_quotes(root_)));
  const DeviceInode id{status.st_dev, status.st_ino};
  if (const auto barred = forbidden_.same_as(id)) {
    return Error{ErrorCode::conflict,
                 say("{} is the folder {} under another name", in_quotes(root_), in_quotes(*barred)),
                 say("move the model to a folder outside the client's cache")};
  }
  above_.push_back(id);
  TRY(scan_folder(root, rules_.include.empty()));
  std::ranges::sort(left_out_, {}, &LeftOut::name);
  return std::move(left_out_);
}

Result<void> Scanner::scan_folder(int folder, bool is_included) {
  TRY(check_not_cancelled());
  Listing listing;
  if (const int number = listing.read(folder, most_names - names_); number != 0) {
    if (path_.empty()) return system_error(number, say("read the folder {}", in_quotes(root_)));
    leave_out(say("it cannot be read: {}", reason(number)));
    return {};
  }
  names_ += listing.entries().size();
  if (names_ > most_names) return too_much(root_, say("4,000,000 names"));
  const std::size_t length = path_.size();
  if (length > 0) path_ += '/';
  TRY(scan_names(folder, listing, is_included));
  path_.resize(length);
  return {};
}

Result<void> Scanner::scan_names(int folder, const Listing& listing, bool is_included) {
  const std::size_t length = path_.size();
  const auto name = [&](const Found& item) { return std::string_view(listing.name(item.entry), item.entry.length); };
  const auto is_folder = [](const Found& item) { return item.look.kind == Look::Kind::folder; };
  const std::vector<Look> looks = look_at_all(folder, listing);
  std::vector<Found> found;
  for (std::size_t i = 0; i < looks.size(); ++i) {
    const Listing::Entry& entry = listing.entries()[i];
    path_.append(listing.name(entry), entry.length);
    if (is_skipped(listing.name(entry))) {
      if (rules_.take_skipped) rules_.take_skipped(path_);
    } else if (!is_skipped_link(folder, listing.name(entry), looks[i])) {
      Found item{entry, looks[i], is_included};
      if (TRY(is_wanted(item))) found.push_back(item);
    }
    path_.resize(length);
  }
  std::ranges::sort(
      found, [&](const Found& a, const Found& b) { return goes_before(name(a), is_folder(a), name(b), is_folder(b)); });
  // A name that is removed and created again while the folder is read may be listed twice.
  const auto again = std::ranges::unique(found, {}, name);
  found.erase(again.begin(), again.end());
  for (const Found& item : found) {
    path_ += name(item);
    TRY(is_folder(item) ? enter(folder, listing.name(item.entry), item) : take_file(item.look));
    path_.resize(length);
  }
  return {};
}

/// Reports a requested entry that cannot be used; skips entries that are not requested.
Result<bool> Scanner::is_wanted(Found& item) {
  const Look& look = item.look;
  const bool is_folder = look.kind == Look::Kind::folder;
  if (look.kind == Look::Kind::gone || any_matches(rules_.exclude, path_, is_folder)) return false;
  item.is_included = item.is_included || any_matches(rules_.include, path_, is_folder);
  if (!is_folder && !item.is_included) return false;
  if (look.kind == Look::Kind::unusable) {
    leave_out(
        look.number == 0 ? std::string(translated(look.why)) : say("{}: {}", translated(look.why), reason(look.number)),
        look.is_dangling);
    return false;
  }
  if (look.is_symlink) TRY(check_symlink());
  if (path_.size() > longest_path) leave_out(say("its path is too long"));
  else if (kind_of_names_ == Names::utf8 && !is_utf8(path_)) leave_out(say("its name is not UTF-8"));
  else return true;
  return false;
}

Result<void> Scanner::enter(int parent, const char* name, const Found& folder) {
  const int flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (folder.look.is_symlink ? 0 : O_NOFOLLOW);
  const Descriptor opened(uninterrupted([&] { return openat(parent, name, flags); }));
  struct stat status;
  if (!opened || fstat(opened.get(), &status) != 0) {
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
      return system_error(errno, say("read the folder {}", in_quotes(root_ + "/" + path_)));
    }
    if (errno != ENOENT) leave_out(say("it cannot be read: {}", reason(errno)));
    return {};
  }
  const DeviceInode id{status.st_dev, status.st_ino};
  if (const auto barred = forbidden_.same_as(id)) return conflict(*barred);
  if (std::ranges::find(above_, id) != above_.end()) {
    leave_out(say("it leads to one of its parent folders"));
    return {};
  }
  above_.push_back(id);
  TRY(go_down(opened.get(), folder));
  above_.pop_back();
  return {};
}

Result<void> Scanner::go_down(int opened, const Found& folder) {
  if (above_.size() > most_levels + 1) {
    leave_out(say("it is more than {} folders deep", most_levels));
    return {};
  }
  symlinks_above_ += folder.look.is_symlink ? 1 : 0;
  by_symlink_ += symlinks_above_ > 0 ? 1 : 0;
  if (by_symlink_ > most_by_symlink) return too_much(root_, say("100,000 folders through symlinks"));
  TRY(scan_folder(opened, folder.is_included));
  symlinks_above_ -= folder.look.is_symlink ? 1 : 0;
  return {};
}

Result<void> Scanner::take_file(const Look& look) {
  TRY(check_not_cancelled());
  if (files_ == most_files) return too_much(root_, say("1,000,000 files"));
  if (take_(path_, look, look.is_symlink || symlinks_above_ > 0)) ++files_;
  else leave_out(say("its name is not allowed"));
  return {};
}

Result<void> Scanner::check_symlink() {
  if (const auto barred = forbidden_.entered_by(root_ + "/" + path_)) return conflict(*barred);
  return {};
}

Error Scanner::conflict(const std::string& barred) const {
  return {ErrorCode::conflict, say("{} leads into {}", in_quotes(root_ + "/" + path_), in_quotes(barred)),
          say("remove it from the folder, or exclude it with --exclude")};
}

bool Scanner::is_skipped(std::string_view name) const {
  return contains(rules_.skip_anywhere, name) || (above_.size() == 1 && contains(rules_.skip_at_top, name));
}

bool Scanner::is_skipped_link(int folder, const char* name, const Look& look) const {
  if (!rules_.skips_link_to || !look.is_symlink || look.kind != Look::Kind::folder) return false;
  char target[PATH_MAX];
  const ssize_t length = readlinkat(folder, name, target, sizeof target);
  return length > 0 && rules_.skips_link_to(std::string(target, static_cast<std::size_t>(length)));
}

void Scanner::leave_out(std::string why, bool is_dangling) {
  left_out_.push_back({printable(path_), std::move(why), is_dangling});
}

}  // namespace hubcache::fs
