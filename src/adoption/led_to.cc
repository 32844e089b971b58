#include "adoption/led_to.h"

#include <cerrno>
#include <optional>

#include "adoption/moves.h"
#include "base/try.h"
#include "fs/copy.h"
#include "fs/system_error.h"

namespace hubcache::adoption {
namespace {

/// Returns true if both are regular files of equal size and mtime: make_copy() or make_reflink() has completed the
/// copy, and the original has not been written since.
bool is_copy_of(const fs::Status& copy, const fs::Status& original) {
  return copy.kind == fs::Kind::file && original.kind == fs::Kind::file && copy.stamp.size == original.stamp.size &&
         copy.stamp.mtime == original.stamp.mtime;
}

/// Makes a hard link in led_to/, or else a reflink. Returns true also if led_to/ already has one or a copy; false if
/// neither works, so that the file must be copied.
Result<bool> link_second_name(const std::string& relative, Custody& custody) {
  const fs::Name second = custody.led_to(relative), original = custody.at(relative);
  const fs::Status mine = TRY(fs::status_of(second)), present = TRY(fs::status_of(original));
  if (fs::is_same_file(mine, present) || is_copy_of(mine, present)) return true;
  if (mine.kind != fs::Kind::missing) TRY(custody.keep(second, relative));
  TRY(custody.make_folders_above(second));
  const auto linked = fs::make_hard_link_to_name(original, second);
  if (linked) return true;
  if (!fs::is_link_refused(linked.error().number)) return linked.error();
  return fs::make_reflink(original, second).has_value();
}

}  // namespace

Result<LedToCopies> link_what_is_led_to(const std::vector<std::size_t>& to_place, const record::Record& record,
                                        const hub::View& view, Custody& custody) {
  LedToCopies copies;
  for (const auto index : to_place) {
    const auto relative = TRY(target_in_place(view, record.entries[index].location().str(), custody));
    if (!relative || TRY(link_second_name(*relative, custody))) continue;
    copies.names.push_back(*relative);
    copies.bytes += TRY(fs::status_of(custody.at(*relative))).stamp.size;
  }
  return copies;
}

Result<std::vector<std::string>> copy_what_is_led_to(const LedToCopies& copies, const Custody& custody) {
  std::vector<std::string> unreadable;
  for (const std::string& relative : copies.names) {
    const fs::Name second = custody.led_to(relative);
    if (TRY(fs::status_of(second)).kind != fs::Kind::missing) continue;  // two symlinks point to one file
    const auto copied = fs::make_copy_unless_cancelled(custody.at(relative), second);
    if (copied) continue;
    if (copied.error().number != EACCES) return copied.error();
    unreadable.push_back(relative);
  }
  return unreadable;
}

Result<void> drop_what_is_led_to(Custody& custody, const std::function<bool(const std::string& name)>& is_left) {
  for (const std::string& name : TRY(names_beneath(custody.led_to()))) {
    if (is_left(name)) continue;
    const fs::Name second = custody.led_to(name);
    const fs::Status mine = TRY(fs::status_of(second)), present = TRY(fs::status_of(custody.at(name)));
    if (fs::is_same_file(present, mine)) TRY(custody.drop_second_name(second, name));
    else if (is_copy_of(mine, present)) TRY(custody.drop_copy(second, name));
    else if (present.kind != fs::Kind::missing) TRY(custody.keep(second, name));
  }
  return {};
}

}  // namespace hubcache::adoption
