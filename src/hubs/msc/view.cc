#include "hubs/msc/view.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "base/ascii.h"
#include "base/try.h"
#include "fs/walk.h"

namespace hubcache::hub::msc {
namespace {

using std::filesystem::path;

/// Reads the index, and notes its format in the place; if parsing fails, reads it again after a pause: a client moves a
/// new `.msc` into the place, and across file systems that is not one step.
Result<std::vector<IndexRecord>> read_index_file(const path& file, Place& place) {
  const auto attempt = [&] -> Result<std::vector<IndexRecord>> {
    const std::string bytes = TRY(fs::read_file(file, largest_index));
    place.index = &place.index->for_bytes(bytes);
    return place.index->read(bytes);
  };
  if (auto records = attempt()) return records;
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  return attempt();
}

Result<void> look_at_index(View& view) {
  view.index_state = view.place.index ? IndexState::missing : IndexState::none;
  if (!view.place.index) return {};
  const path file = view.place.root / view.place.index->name;
  const fs::Status status = TRY(fs::status_of_target(file));
  if (status.kind == fs::Kind::missing) return {};
  view.index_stamp = status.stamp;
  auto records = read_index_file(file, view.place);
  if (records) {
    view.index = std::move(*records);
    view.index_state = IndexState::good;
  } else {
    view.index_state = fs::read_file(file, largest_index) ? IndexState::damaged : IndexState::unreadable;
    view.index_error = records.error().message;
  }
  return {};
}

/// Whether the name, relative to the place, belongs to the client or to hubcache. In the default cache the temporary
/// folder is outside the place: a folder of its name in the place comes from the repo.
bool is_metadata(const Place& place, std::string_view relative, std::string_view temporary_folder) {
  if (relative == temporary_folder) return place.temporary.parent_path() == place.root;
  return relative == ".msc" || relative == ".mdl" || relative == ".mv" || relative == "._hubcache";
}

Result<void> look_at_files(View& view, std::string_view temporary_folder) {
  std::vector<std::string> linked_folders;
  const auto is_behind_link = [&](const std::string& relative) {
    return std::ranges::any_of(linked_folders, [&](const std::string& folder) {
      return relative.size() > folder.size() && relative.starts_with(folder) && relative[folder.size()] == '/';
    });
  };
  TRY(fs::walk(view.place.root, [&](const std::string& relative, const fs::Status& status) {
    if (is_metadata(view.place, relative, temporary_folder)) return fs::Descend::no;
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

/// Finds files in the unmasked folder of a name with dots. Users put files there, but the clients use the masked
/// folder.
Result<void> look_at_unmasked(View& view, std::string_view temporary_folder) {
  if (temporary_folder.empty()) return {};
  if (view.place.temporary.parent_path() == view.place.root) return {};  // a local_dir, where names are not masked
  const path folder = view.place.root.parent_path() / view.place.temporary.filename();
  if (folder == view.place.root || TRY(fs::status_of(folder)).kind != fs::Kind::folder) return {};
  return fs::walk(folder, [&](const std::string& relative, const fs::Status& status) {
    if (status.kind != fs::Kind::folder && !is_metadata(view.place, relative, temporary_folder))
      view.unmasked_files.push_back(relative);
    return status.kind == fs::Kind::folder && !is_metadata(view.place, relative, temporary_folder) ? fs::Descend::yes
                                                                                                   : fs::Descend::no;
  });
}

}  // namespace

std::string masked(std::string_view name) {
  std::string text;
  for (const char c : name) text += c == '.' ? "___" : std::string(1, c);
  return text;
}

std::string unmasked(std::string_view masked) {
  constexpr std::string_view mask = "___";
  std::string name(masked);
  for (auto at = name.find(mask); at != name.npos; at = name.find(mask, at + 1)) name.replace(at, mask.size(), ".");
  return name;
}

bool is_python_true(std::string_view text) { return in_lower_case(stripped(text)) == "true"; }

Result<View> view(const Place& place, std::string_view temporary_folder) {
  View view;
  view.place = place;
  const fs::Kind root = TRY(fs::status_of(place.root)).kind;
  view.root_exists = root != fs::Kind::missing;
  view.root_is_link = root == fs::Kind::symlink;
  view.moves_by_rename = TRY(fs::same_file_system(place.root, place.temporary));
  TRY(look_at_index(view));
  view.sort_out_index();
  TRY(look_at_files(view, temporary_folder));
  TRY(look_at_unmasked(view, temporary_folder));
  return view;
}

}  // namespace hubcache::hub::msc
