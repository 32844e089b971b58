// aistudio-sdk 0.3.x with local_dir=DIR: a folder that the calling program names.
#include "hub/record_folder.h"
#include "hubs/aistudio/local_dir.h"
#include "hubs/aistudio/target.h"

namespace hubcache::hub {
namespace {

Result<Place> locate(const Environment&, RepoType, const RepoId&) {
  return Error{ErrorCode::usage, "target aistudio-dir requires the folder that the program passes as local_dir",
               "add --place DIR"};
}

Places places(const Environment&, RepoType) { return {}; }

std::optional<Place> place_in(const std::filesystem::path& folder) {
  return local_dir_place(folder, folder / own_folder);
}

Description describe(const Environment&) {
  return {"DIR", "--place DIR", {"aistudio-sdk"}, "as aistudio; the program passes DIR as local_dir"};
}

}  // namespace

const Target& aistudio_dir() {
  static const LocalDir target({"aistudio-dir", aistudio().client(), locate, places, describe, place_in});
  return target;
}

}  // namespace hubcache::hub
