#include "adoption/displaced_files.h"

#include <algorithm>
#include <string_view>

#include "adoption/moves.h"
#include "base/try.h"
#include "fs/file.h"

namespace hubcache::adoption {
namespace {

Result<hub::PlacedFile> displaced_file(const Custody& custody, const hub::Place& place, const std::string& name) {
  const fs::Name displaced = custody.displaced(name);
  const fs::Status status = TRY(fs::status_of(displaced));
  hub::PlacedFile file{name, status.kind, status.stamp, status.links};
  if (status.kind != fs::Kind::symlink) return file;
  // The text of the symlink leads from its name in the place.
  const std::string text = TRY(fs::read_symlink(displaced));
  const fs::Status target = TRY(fs::status_of_target((place.root / name).parent_path() / text));
  file.exists = target.kind != fs::Kind::missing;
  if (target.kind == fs::Kind::file) file.target_size = target.stamp.size;
  return file;
}

}  // namespace

Result<std::vector<hub::PlacedFile>> displaced_files(const Custody& custody, const hub::Place& place) {
  std::vector<hub::PlacedFile> files;
  for (const std::string& name : TRY(names_beneath(custody.displaced())))
    files.push_back(TRY(displaced_file(custody, place, name)));
  std::ranges::sort(files, {}, &hub::PlacedFile::path);
  return files;
}

const hub::PlacedFile* find_displaced(const std::vector<hub::PlacedFile>& displaced, const RelPath& location) {
  const auto path = [](const hub::PlacedFile& file) { return std::string_view(file.path); };
  const auto found = std::ranges::lower_bound(displaced, std::string_view(location.str()), {}, path);
  return found != displaced.end() && found->path == location.str() ? &*found : nullptr;
}

}  // namespace hubcache::adoption
