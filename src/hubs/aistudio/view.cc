// Reads a place of aistudio-sdk.
#include <sys/types.h>
#include <csignal>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/walk.h"
#include "hubs/aistudio/target.h"
#include "hubs/msc/view.h"

namespace hubcache::hub::aistudio_parts {
namespace {

using std::filesystem::path;

constexpr std::uint64_t largest_note = 64ull << 10;  // lock files
constexpr std::chrono::minutes young(10);            // a lock whose owner is unknown counts as held for this time

/// Models psutil.Process(pid).status() in file_download.is_process_alive: a zombie does not count as alive.
bool is_alive(pid_t pid) {
  if (kill(pid, 0) != 0 && errno == ESRCH) return false;
  const auto text = fs::read_file(path("/proc/" + std::to_string(pid) + "/stat"), largest_note);
  const auto name_end = text ? text->rfind(") ") : std::string::npos;
  return name_end == std::string::npos || text->substr(name_end + 2, 1) != "Z";
}

std::optional<pid_t> owner_of(const path& lock) {
  auto text = fs::read_file(lock, largest_note);
  if (!text) return std::nullopt;
  constexpr std::string_view white = " \t\n\r\v\f";
  text->erase(0, std::min(text->find_first_not_of(white), text->size()));
  text->erase(text->find_last_not_of(white) + 1);
  pid_t pid = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), pid);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == text->data() + text->size();
  return whole && pid > 0 ? std::optional(pid) : std::nullopt;
}

/// Reports a lock file as busy, as a leftover, or not at all. A pid may be from another container or machine, so a
/// young lock counts as held, whatever its pid. The SDK never removes an old lock without a pid
/// (file_download.acquire_pid_lock), so such a lock is a leftover. A file `*.lock` may also be a download of a file
/// with that name.
void look_at_lock(View& view, const std::string& relative, const fs::Status& status) {
  const auto owner = owner_of(view.place.temporary / relative);
  const auto modified = std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(std::chrono::nanoseconds(status.stamp.mtime)));
  const std::string shown = in_quotes((view.place.temporary / relative).native());
  if (owner && is_alive(*owner)) {
    view.busy.push_back(say("process {} holds {}", std::to_string(*owner), shown));
  } else if (std::chrono::system_clock::now() - modified < young) {
    view.busy.push_back(say("{} is less than 10 minutes old, and its process is not known on this machine", shown));
  } else if (!owner) {
    view.leftovers.push_back({relative, status.stamp.size});
  }
}

Result<void> look_at_temporary(View& view) {
  TRY(fs::walk(view.place.temporary, [&](const std::string& relative, const fs::Status& status) {
    if (status.kind == fs::Kind::folder) return fs::Descend::yes;
    if (relative.ends_with(".lock")) look_at_lock(view, relative, status);
    else view.leftovers.push_back({relative, status.stamp.size});
    return fs::Descend::no;
  }));
  std::ranges::sort(view.leftovers, {}, &Leftover::path);
  return {};
}

}  // namespace

Result<View> view(const Place& place) {
  View view = TRY(msc::view(place, "._tmp"));
  TRY(look_at_temporary(view));
  return view;
}

}  // namespace hubcache::hub::aistudio_parts
