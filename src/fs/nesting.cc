#include "fs/nesting.h"

#include <algorithm>
#include <vector>

#include "base/try.h"
#include "fs/file.h"
#include "fs/nearest.h"

namespace hubcache::fs {
namespace {

/// What identifies a folder, existing or not.
struct Identity {
  std::uint64_t device = 0, inode = 0;  ///< of the nearest existing parent, or of the folder itself
  path missing;                         ///< the rest of the name
  friend bool operator==(const Identity&, const Identity&) = default;
};

Result<Identity> identity_of(const path& folder) {
  const path existing = TRY(nearest_existing(folder));
  const Status status = TRY(status_of_target(existing));
  path missing = folder.lexically_relative(existing);
  if (missing == ".") missing.clear();
  return Identity{status.device, status.stamp.inode, std::move(missing)};
}

/// Without symlinks, as far as it exists: a parent's name is then its own name cut short.
path without_symlinks(const path& folder) {
  std::error_code problem;
  path resolved = std::filesystem::weakly_canonical(folder, problem);
  return problem ? folder : resolved.has_filename() ? resolved : resolved.parent_path();
}

/// The folder and its parents.
Result<std::vector<Identity>> identities_above(const path& folder) {
  std::vector<Identity> identities;
  path at = without_symlinks(folder);
  for (; at.has_relative_path(); at = at.parent_path()) identities.push_back(TRY(identity_of(at)));
  identities.push_back(TRY(identity_of(at)));
  return identities;
}

}  // namespace

Result<Nesting> nesting(const path& first, const path& second) {
  const auto above_first = TRY(identities_above(first)), above_second = TRY(identities_above(second));
  const auto holds = [](const std::vector<Identity>& identities, const Identity& one) {
    return std::ranges::find(identities, one) != identities.end();
  };
  if (above_first.front() == above_second.front()) return Nesting::same;
  if (holds(above_first, above_second.front())) return Nesting::inside;
  return holds(above_second, above_first.front()) ? Nesting::around : Nesting::apart;
}

}  // namespace hubcache::fs
