// Reads a place of aistudio-sdk: its index, its files, its temporary folder.
#include <sys/types.h>
#include <csignal>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <thread>

#include "base/text.h"
#include "base/try.h"
#include "fs/walk.h"
#include "hubs/aistudio/target.h"

namespace hubcache::hub::aistudio_parts {
namespace {

using std::filesystem::path;

constexpr std::uint64_t largest_index = 512ull << 20;
constexpr std::uint64_t largest_note = 64ull << 10;  // lock files
constexpr std::chrono::minutes young(10);            // a lock whose owner is unknown counts as held for this time

/// Reads the index; if parsing fails, reads it again after a pause: the SDK moves a new `.msc` into the place, and
/// across file systems that is not one step.
Result<std::vector<IndexRecord>> read_index(const path& file) {
  const auto attempt = [&] -> Result<std::vector<IndexRecord>> {
    return parse_index(TRY(fs::read_file(file, largest_index)));
  };
  if (auto records = attempt()) return records;
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  return attempt();
}

Result<void> look_at_index(View& view) {
  view.index_state = view.place.index ? IndexState::missing : IndexState::none;
  if (!view.place.index) return {};
  const path file = view.place.root / ".msc";
  const fs::Status status = TRY(fs::status_of_target(file));
  if (status.kind == fs::Kind::missing) return {};
  view.index_stamp = status.stamp;
  auto records = read_index(file);
  if (records) {
    view.index = std::move(*records);
    view.index_state = IndexState::good;
  } else {
    view.index_state = fs::read_file(file, largest_index) ? IndexState::damaged : IndexState::unreadable;
    view.index_error = records.error().message;
  }
  return {};
}

bool is_metadata(std::string_view relative) {
  return relative == ".msc" || relative == ".mdl" || relative == ".mv" || relative == "._tmp" ||
         relative == "._hubcache";
}

/// In the default cache `._tmp` is outside the place: a `._tmp` in the place comes from the repo.
bool is_metadata_in(const Place& place, std::string_view relative) {
  const bool is_of_repo = relative == "._tmp" && place.temporary.parent_path() != place.root;
  return is_metadata(relative) && !is_of_repo;
}

Result<void> look_at_files(View& view) {
  std::vector<std::string> linked_folders;
  const auto is_behind_link = [&](const std::string& relative) {
    return std::ranges::any_of(linked_folders, [&](const std::string& folder) {
      return relative.size() > folder.size() && relative.starts_with(folder) && relative[folder.size()] == '/';
    });
  };
  TRY(fs::walk(view.place.root, [&](const std::string& relative, const fs::Status& status) {
    if (is_metadata_in(view.place, relative)) return fs::Descend::no;
    PlacedFile file{relative,     status.kind, status.stamp,
                    status.links, true,        view.root_is_link || is_behind_link(relative)};
    bool is_folder = status.kind == fs::Kind::folder;
    if (status.kind == fs::Kind::symlink) {
      const auto target = fs::status_of_target(view.place.root / relative);
      file.exists = target && target->kind != fs::Kind::missing;
      if (target && target->kind == fs::Kind::file) file.target_size = target->stamp.size;
      // The walk enters a symlinked folder, but no symlinked folder inside it.
      is_folder = target && target->kind == fs::Kind::folder && !file.behind_link;
      if (is_folder) linked_folders.push_back(relative);
    }
    view.files.push_back(std::move(file));
    return is_folder ? fs::Descend::yes : fs::Descend::no;
  }));
  std::ranges::sort(view.files, {}, &PlacedFile::path);
  return {};
}

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
    view.busy.push_back("process " + std::to_string(*owner) + " holds " + shown);
  } else if (std::chrono::system_clock::now() - modified < young) {
    view.busy.push_back(shown + " is less than 10 minutes old, and its process is not known on this machine");
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

/// Finds files in the unmasked folder of a name with dots. Users put files there, but the SDK uses the masked folder.
Result<void> look_at_unmasked(View& view) {
  if (view.place.temporary.parent_path() == view.place.root) return {};  // a local_dir, where names are not masked
  const path folder = view.place.root.parent_path() / view.place.temporary.filename();
  if (folder == view.place.root || TRY(fs::status_of(folder)).kind != fs::Kind::folder) return {};
  return fs::walk(folder, [&](const std::string& relative, const fs::Status& status) {
    if (status.kind != fs::Kind::folder && !is_metadata(relative)) view.unmasked_files.push_back(relative);
    return status.kind == fs::Kind::folder && !is_metadata(relative) ? fs::Descend::yes : fs::Descend::no;
  });
}

}  // namespace

Result<View> view(const Place& place) {
  View view;
  view.place = place;
  const fs::Kind root = TRY(fs::status_of(place.root)).kind;
  view.root_exists = root != fs::Kind::missing;
  view.root_is_link = root == fs::Kind::symlink;
  view.moves_by_rename = TRY(fs::same_file_system(place.root, place.temporary));
  TRY(look_at_index(view));
  view.sort_out_index();
  TRY(look_at_files(view));
  TRY(look_at_temporary(view));
  TRY(look_at_unmasked(view));
  return view;
}

}  // namespace hubcache::hub::aistudio_parts
