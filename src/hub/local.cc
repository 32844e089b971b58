#include "hub/local.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hubcache::hub {
namespace {

/// Files above this size are uploaded to LFS, whatever .gitattributes says
/// (UPLOAD_SIZE_THRESHOLD_TO_ENFORCE_LFS of a client).
constexpr std::uint64_t smallest_forced_lfs = 5 << 20;

/// Counts the folders that contain `path` but not `before`, the preceding file in path order.
std::size_t new_folders(std::string_view before, std::string_view path) {
  const auto [end, ignored] = std::ranges::mismatch(path, before);
  return static_cast<std::size_t>(std::count(end, path.end(), '/'));
}

std::size_t count_names(const LocalTree& tree) {
  std::size_t names = tree.files.size();
  std::string_view before;
  for (const LocalFile& file : tree.files) {
    names += new_folders(before, file.path.str());
    before = file.path.str();
  }
  return names;
}

/// Chooses a file below the LFS threshold: README.md or config.json, else the smallest file that is not empty.
std::optional<RelPath> choose_plain(const LocalTree& tree) {
  for (const std::string_view usual : std::array<std::string_view, 2>{"README.md", "config.json"}) {
    if (const LocalFile* file = tree.find(usual); file && file->stamp.size < smallest_forced_lfs) return file->path;
  }
  const LocalFile* best = nullptr;
  for (const LocalFile& file : tree.files) {
    if (file.stamp.size == 0 || file.stamp.size >= smallest_forced_lfs) continue;
    if (!best || file.stamp.size < best->stamp.size) best = &file;
  }
  return best ? std::optional(best->path) : std::nullopt;
}

std::optional<RelPath> choose_lfs(const LocalTree& tree) {
  const auto largest = std::ranges::max_element(tree.files, {}, [](const LocalFile& file) { return file.stamp.size; });
  if (largest == tree.files.end() || largest->stamp.size <= smallest_forced_lfs) return std::nullopt;
  return largest->path;
}

/// Returns the files that programs find in the place.
LocalTree files_of(const View& view) {
  LocalTree tree;
  tree.files.reserve(view.files.size());
  for (const PlacedFile& file : view.files) {
    auto path = RelPath::parse(file.path);
    if (path && file.exists && file.kind != fs::Kind::folder)
      tree.files.push_back({*std::move(path), {.size = file.size()}});
  }
  return tree;
}

Local with_guesses(const LocalTree& tree, std::function<bool(const RelPath&)> has) {
  return {std::move(has), count_names(tree), choose_plain(tree), choose_lfs(tree)};
}

}  // namespace

Local local_of(const std::shared_ptr<const LocalTree>& tree) {
  return with_guesses(*tree, [tree](const RelPath& file) { return tree->find(file.str()) != nullptr; });
}

Local local_of(const std::shared_ptr<const View>& view) {
  return with_guesses(files_of(*view), [view](const RelPath& file) { return view->file(file.str()) != nullptr; });
}

}  // namespace hubcache::hub
