#include "caches/adopted_paths.h"

#include "adoption/sites.h"
#include "adoption/standing_sites.h"
#include "base/try.h"
#include "fs/nesting.h"
#include "record/record.h"

namespace hubcache::caches {

using std::filesystem::path;

namespace {

/// For a path that cannot be examined.
bool are_nested_by_name(const path& one, const path& other) {
  const std::string first = one.native() + "/", second = other.native() + "/";
  return first.starts_with(second) || second.starts_with(first);
}

}  // namespace

Result<AdoptedPaths> AdoptedPaths::find(const Environment& environment) {
  AdoptedPaths found;
  for (const adoption::Site& site : TRY(adoption::adopted_sites(environment, {})).sites) {
    found.add(site.place.root);
    const auto record = record::load(site.place.record, record::Trust::own);
    if (!record || !*record) continue;
    found.add(adoption::folder_of(site, **record));
    for (const record::Entry& entry : (*record)->entries) found.add(entry.outside);
  }
  return found;
}

void AdoptedPaths::add(path name) {
  if (!name.empty()) paths_.push_back(std::move(name));
}

Result<path> AdoptedPaths::touched_by(const path& folder) const {
  if (paths_.empty()) return path();
  const fs::Ancestry own = TRY(fs::Ancestry::of(folder));
  for (const path& name : paths_) {
    const auto other = fs::Ancestry::of(name);
    const bool is_touched = other ? fs::nesting(own, *other) != fs::Nesting::apart : are_nested_by_name(folder, name);
    if (is_touched) return name;
  }
  return path();
}

}  // namespace hubcache::caches
