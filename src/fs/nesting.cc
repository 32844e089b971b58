#include "fs/nesting.h"

#include <algorithm>

#include "base/try.h"
#include "fs/file.h"
#include "fs/nearest.h"

namespace hubcache::fs {
namespace {

/// Resolves symlinks in the existing part, so that cutting a name short yields its true parent.
path without_symlinks(const path& folder) {
  std::error_code problem;
  path resolved = std::filesystem::weakly_canonical(folder, problem);
  return problem ? folder : resolved.has_filename() ? resolved : resolved.parent_path();
}

}  // namespace

Result<Ancestry::Identity> Ancestry::identity_of(const path& folder) {
  const Existing existing = TRY(nearest_existing(folder));
  path missing = folder.lexically_relative(existing.folder);
  if (missing == ".") missing.clear();
  return Identity{existing.status.device, existing.status.stamp.inode, std::move(missing)};
}

Result<Ancestry> Ancestry::of(const path& folder) {
  std::vector<Identity> identities;
  for (path at = without_symlinks(folder);; at = at.parent_path()) {
    if (identities.empty() || identities.back().missing.empty()) {
      identities.push_back(TRY(identity_of(at)));
    } else {  // the folder below does not exist: `at` has the same nearest existing parent, or is that parent
      Identity above = identities.back();
      above.missing = above.missing.parent_path();
      identities.push_back(std::move(above));
    }
    if (!at.has_relative_path()) break;
  }
  return Ancestry(std::move(identities));
}

Result<bool> Ancestry::has(const path& other) const {
  return std::ranges::find(identities_, TRY(identity_of(other))) != identities_.end();
}

Nesting nesting(const Ancestry& first, const Ancestry& second) {
  const auto& above_first = first.identities_;
  const auto& above_second = second.identities_;
  if (above_first.front() == above_second.front()) return Nesting::same;
  if (std::ranges::find(above_first, above_second.front()) != above_first.end()) return Nesting::inside;
  return std::ranges::find(above_second, above_first.front()) != above_second.end() ? Nesting::around : Nesting::apart;
}

Result<Nesting> nesting(const path& first, const path& second) {
  return nesting(TRY(Ancestry::of(first)), TRY(Ancestry::of(second)));
}

}  // namespace hubcache::fs
