#include "adoption/foreign.h"

#include <algorithm>
#include <climits>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/lock.h"
#include "record/origin.h"

namespace hubcache::adoption {
namespace {

using std::filesystem::path;

/// Returns a new name for the folder that cannot be a repo's, because no repo id contains a tilde. Cuts it to 255 bytes
/// (NAME_MAX), at a character boundary.
std::string name_aside(const std::string& name, const std::string& when) {
  std::size_t length = std::min(name.size(), NAME_MAX - when.size() - 1);
  const auto is_inside_character = [&] { return (static_cast<unsigned char>(name[length]) & 0xC0) == 0x80; };
  while (length < name.size() && length > 0 && is_inside_character()) --length;
  return name.substr(0, length) + "~" + when;
}

Error cannot_set_aside(const path& record_folder, const std::string& objection, const std::string& why) {
  Error error = record::foreign_record(record_folder, objection);
  error.message += say(", and hubcache cannot set it aside: {}", why);
  error.hint = say("ask the owner to release the adoption, or add --trust-owner if you trust the owner");
  return error;
}

}  // namespace

Result<std::optional<path>> set_foreign_record_aside(const path& record_folder, const std::string& now) {
  const auto opened = TRY(record::open_record(record_folder));
  if (!opened || opened->objection.empty()) return std::nullopt;
  const auto refuse = [&](const std::string& why) { return cannot_set_aside(record_folder, opened->objection, why); };
  if (opened->is_behind_symlink) return refuse(say("its folder is a symlink"));
  // This folder is in the place itself: the client would see the new name.
  if (record_folder.filename() == "._hubcache") return refuse(say("it is inside the cache folder"));
  const auto lock = fs::Lock::acquire_for(record_folder.parent_path(), record_folder / "lock");
  if (!lock) return refuse(lock.error().message);
  for (int attempt = 1; attempt < 100; ++attempt) {
    const std::string number = attempt == 1 ? "" : "-" + std::to_string(attempt);
    path aside = record_folder.parent_path() / name_aside(record_folder.filename().native(), now + number);
    const auto moved = fs::rename_new(record_folder, aside);
    if (!moved) return refuse(moved.error().message);
    if (*moved) return aside;
  }
  return refuse(say("no free name is left"));
}

}  // namespace hubcache::adoption
