// Reads a place of huggingface_hub: the files, the content of the refs, the names of the blobs.
#include <algorithm>
#include <cstdlib>
#include <functional>

#include "base/try.h"
#include "fs/walk.h"
#include "hubs/hf_client/cache.h"

namespace hubcache::hub::hf_client {
namespace {

constexpr std::uint64_t largest_ref = 4096;       // bytes; a ref has 40
constexpr std::uint64_t largest_metadata = 4096;  // bytes; a `.metadata` file has about 130

bool is_beneath(std::string_view name, std::string_view folder) {
  return name.size() > folder.size() && name.starts_with(folder) && name[folder.size()] == '/';
}

/// Finds the files in the place. Does not enter symlinked folders, since their files do not belong to the place.
Result<void> look_at_files(View& view, const std::function<fs::Descend(const std::string&)>& choose) {
  TRY(fs::walk(view.place.root, [&](const std::string& name, const fs::Status& status) {
    if (choose(name) == fs::Descend::no) return fs::Descend::no;
    PlacedFile file{name, status.kind, status.stamp, status.links, true, view.root_is_link};
    if (status.kind == fs::Kind::symlink) {
      const auto target = fs::status_of_target(view.place.root / name);
      file.exists = target && target->kind != fs::Kind::missing;
      if (target && target->kind == fs::Kind::file) file.target_size = target->stamp.size;
    }
    view.files.push_back(std::move(file));
    return status.kind == fs::Kind::folder ? fs::Descend::yes : fs::Descend::no;
  }));
  std::ranges::sort(view.files, {}, &PlacedFile::path);
  return {};
}

Result<void> look_at_refs(const View& view, CacheState& state) {
  return fs::walk(view.place.root / "refs", [&](const std::string& name, const fs::Status& status) {
    const auto text = fs::read_file(view.place.root / "refs" / name, largest_ref);
    if (status.kind != fs::Kind::folder && text) state.refs[name] = *text;
    return status.kind == fs::Kind::folder ? fs::Descend::yes : fs::Descend::no;
  });
}

Result<void> look_at_blobs(const View& view, CacheState& state) {
  TRY(fs::walk(view.place.root / "blobs", [&](const std::string& name, const fs::Status&) {
    const auto target = fs::status_of_target(view.place.root / "blobs" / name);
    if (target && target->kind != fs::Kind::missing) state.blobs.push_back(name);
    return fs::Descend::no;
  }));
  std::ranges::sort(state.blobs);
  return {};
}

/// Finds the notes that file_download.try_to_load_from_cache checks: all entries below .no_exist that are not folders.
/// Their content does not matter.
Result<void> look_at_absence_notes(View& view) {
  const std::filesystem::path folder = ".no_exist";
  TRY(fs::walk(view.place.root / folder, [&](const std::string& name, const fs::Status& status) {
    if (status.kind == fs::Kind::folder) return fs::Descend::yes;
    view.absence_notes.push_back((folder / name).native());
    return fs::Descend::no;
  }));
  std::ranges::sort(view.absence_notes);
  return {};
}

Result<View> begin(const Place& place) {
  View view;
  view.place = place;
  view.index_state = IndexState::none;
  const fs::Kind root = TRY(fs::status_of(place.root)).kind;
  view.root_exists = root != fs::Kind::missing;
  view.root_is_link = root == fs::Kind::symlink;
  return view;
}

/// Models _local_folder.read_download_metadata: commit, etag, and a time. The client ignores the metadata if the file
/// is more than a second newer than that time.
Result<void> look_at_metadata(View& view) {
  for (const PlacedFile& file : view.files) {
    if (file.kind == fs::Kind::folder) continue;
    const auto text = fs::read_file(view.place.temporary / "download" / (file.path + ".metadata"), largest_metadata);
    if (!text) continue;
    const auto first = text->find('\n'), second = first == text->npos ? first : text->find('\n', first + 1);
    if (second == text->npos) continue;
    const auto status = fs::status_of_target(view.place.root / file.path);
    const double noted = std::strtod(text->c_str() + second + 1, nullptr);
    const bool is_older = status && static_cast<double>(status->stamp.mtime) / 1e9 - 1 > noted;
    if (!is_older)
      view.index.push_back({file.path, text->substr(first + 1, second - first - 1), IndexRecord::Shape::plain});
  }
  return {};
}

}  // namespace

Result<View> view(const Place& place) {
  View view = TRY(begin(place));
  TRY(look_at_files(view, [](const std::string& name) {
    return name == "snapshots" || is_beneath(name, "snapshots") ? fs::Descend::yes : fs::Descend::no;
  }));
  auto state = std::make_shared<CacheState>();
  state->type = place.root.filename().native().starts_with("datasets--") ? RepoType::dataset : RepoType::model;
  TRY(look_at_refs(view, *state));
  TRY(look_at_blobs(view, *state));
  view.client_state = std::move(state);
  TRY(look_at_absence_notes(view));
  return view;
}

Result<View> view_of_local_dir(const Place& place) {
  View view = TRY(begin(place));
  TRY(look_at_files(
      view, [](const std::string& name) { return name == ".cache/huggingface" ? fs::Descend::no : fs::Descend::yes; }));
  TRY(look_at_metadata(view));
  view.sort_out_index();
  return view;
}

}  // namespace hubcache::hub::hf_client
