#include "adoption/hub_differences.h"

#include <algorithm>
#include <optional>
#include <string>

#include "adoption/offline.h"
#include "adoption/outlook.h"
#include "adoption/recorded.h"
#include "adoption/status_notes.h"
#include "base/try.h"
#include "hub/hub.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Record;

/// Adds the adopted files that the hub does not have at this revision. If the hub was not asked now, adds the files
/// that it did not have when it was asked; none if the revision was adopted offline.
void find_files_only_here(const Record& record, const std::string& revision, const KnownListing& listing,
                          RepoStatus& repo) {
  const record::AdoptedRevision* adopted = record.revision(revision);
  if (!adopted || !(listing.asked_hub || has_asked_hub(record, revision))) return;
  const auto number = static_cast<std::uint16_t>(adopted - record.revisions.data());
  for (const Entry& entry : record.entries) {
    const auto id = std::ranges::find(entry.exact, number, &record::ExactId::revision);
    if (id == entry.exact.end()) continue;
    if (listing.asked_hub ? !listing.tree.find(entry.path) : id->synthetic) repo.only_here.push_back(entry.path.str());
  }
}

std::string other_hub_of(const Environment& environment, const Site& site, const std::optional<Record>& record) {
  const auto address = hub::address(site.target->hub, environment);
  return address && record ? other_hub(*record, site.repo.revision.str(), *address) : "";
}

}  // namespace

Result<void> compare_with_hub(const Environment& environment, const Site& site, const PlaceFacts& facts,
                              const KnownListing& listing, RevisionStatus& status, RepoStatus& repo) {
  const Record& record = *facts.record;
  if (const std::string other = other_hub_of(environment, site, facts.record); !other.empty()) {
    note_other_hub(site, other, TRY(hub::address(site.target->hub, environment)), listing.asked_hub, repo);
    return {};
  }
  find_files_only_here(record, status.revision, listing, repo);
  const record::AdoptedRevision* adopted = record.revision(status.revision);
  status.cache_moved_on = !version_after_adoption(facts, site.repo).empty();
  if (adopted && has_made_up_version(facts, site.repo, adopted->version)) {
    status.has_made_up_version = true;
    if (!status.cache_moved_on && !facts.settings.is_offline) note_made_up_version(site, repo);
    return {};
  }
  if (status.asked_hub) status.hub_moved_on = has_moved_on(record, status.revision, listing.tree);
  return {};
}

}  // namespace hubcache::adoption
