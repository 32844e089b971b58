#include "adoption/adopted_folders.h"

#include <algorithm>
#include <string>

#include "adoption/command_line.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/nesting.h"

namespace hubcache::adoption {
namespace {

using fs::Nesting;
using std::filesystem::path;

/// Returns true if a file that is adopted from `folder` is at `inner`, which is the folder or a name in it.
bool has_adopted_file(const path& inner, const record::KnownPlace& known, const path& folder, record::Trust trust) {
  std::error_code problem;
  const path outer = std::filesystem::weakly_canonical(folder, problem);
  const std::string relative = problem ? "" : inner.lexically_relative(outer).native();
  const auto record = record::load(known.record, trust);
  if (relative.empty() || !record || !*record) return true;  // assumes the worst
  return std::ranges::any_of((*record)->entries, [&](const record::Entry& entry) {
    return relative == "." || entry.path.str() == relative || entry.path.str().starts_with(relative + "/");
  });
}

Error holds_adopted_files(const path& place, const record::KnownPlace& known, const record::Record& header,
                          Nesting nesting) {
  const std::string folder = in_quotes(header.folder.native()) + ", from which " + header.repo_id + " is adopted";
  const std::string lies = nesting == Nesting::around ? " contains the folder " + folder
                           : nesting == Nesting::same ? " is the folder " + folder
                                                      : " is in the folder " + folder;
  return {ErrorCode::conflict, "the cache folder " + in_quotes(place.native()) + lies,
          "use another cache folder, or first run " +
              command_on("release", {known.target, known.repo_id, known.type, known.root})};
}

}  // namespace

Result<void> check_holds_no_adopted_files(const Site& site, bool in_place,
                                          const std::vector<record::KnownPlace>& known_places, record::Trust trust) {
  const path& place = site.place.root;
  const auto status = fs::status_of(place);
  if (!status) return {};  // the next use of the place reports the error
  // A symlink at the place is moved aside as a symlink: the link counts, not its target.
  const bool is_link = status->kind == fs::Kind::symlink;
  const path folder_of_place = is_link ? place.parent_path() : place;
  const auto above_place = fs::Ancestry::of(folder_of_place);
  std::error_code problem;
  path inner = std::filesystem::weakly_canonical(folder_of_place, problem);
  if (!above_place || problem) return {};
  if (is_link) inner /= place.filename();
  for (const record::KnownPlace& known : known_places) {
    if (known.record == site.place.record) continue;  // this adoption itself, in the check after its record is saved
    const auto header = record::load_header(known.record, trust);
    if (!header || !*header || (*header)->in_place) continue;
    const path& folder = (*header)->folder;
    const auto above_folder = fs::Ancestry::of(folder);
    const Nesting nesting = above_folder ? fs::nesting(*above_place, *above_folder) : Nesting::apart;
    const bool is_around = nesting == Nesting::around && !is_link;
    const bool is_within = nesting == Nesting::same || nesting == Nesting::inside;
    if (is_around || (is_within && !in_place && has_adopted_file(inner, known, folder, trust)))
      return holds_adopted_files(place, known, **header, nesting);
  }
  return {};
}

}  // namespace hubcache::adoption
