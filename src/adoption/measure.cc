#include "adoption/measure.h"

#include "base/try.h"
#include "fs/walk.h"

namespace hubcache::adoption {
namespace {

using std::filesystem::path;

Result<Aside> measure(const path& folder) {
  Aside aside{folder, 0, 0};
  const auto count = [&](const std::string&, const fs::Status& status) {
    if (status.kind == fs::Kind::folder) return fs::Descend::yes;
    ++aside.files;
    aside.bytes += status.stamp.size;
    return fs::Descend::no;
  };
  const fs::Status status = TRY(fs::status_of(folder));
  if (status.kind == fs::Kind::symlink) aside.files = 1;
  else TRY(fs::walk(folder, count));
  return aside;
}

}  // namespace

void measure_place(const hub::View& view, RepoStatus& repo) {
  for (const hub::PlacedFile& file : view.files) {
    if (file.kind == fs::Kind::folder || !file.exists) continue;
    ++repo.placed.files;
    repo.placed.bytes += file.size();
  }
}

Result<void> measure_aside(const path& record_folder, RepoStatus& repo) {
  repo.displaced = TRY(measure(record_folder / "displaced"));
  repo.originals = TRY(measure(record_folder / "originals"));
  repo.kept = TRY(measure(record_folder / "kept"));
  return {};
}

}  // namespace hubcache::adoption
