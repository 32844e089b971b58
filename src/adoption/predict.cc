#include <hubcache/status.h>

#include <memory>

#include "adoption/listings.h"
#include "adoption/offline.h"
#include "adoption/recorded.h"
#include "adoption/verdicts.h"
#include "adoption/writable.h"
#include "base/caught.h"
#include "base/try.h"
#include "hub/hub.h"

namespace hubcache {

using adoption::PlaceFacts;
using adoption::Site;
using hub::View;
using record::Record;

Result<std::vector<FileStatus>> predict(const Environment& environment, PredictRequest request) try {
  std::vector<std::string> ids = {request.repo_id}, targets;
  if (request.target) targets.push_back(*request.target);
  const hub::Hub* hub = TRY(adoption::take_hub(ids, targets));
  request.repo_id = ids.front();
  const Site site =
      TRY(adoption::find_site(environment, targets.empty() ? adoption::default_target(hub) : targets.front(),
                              request.type, request.repo_id, request.revision, request.place));
  TRY(adoption::check_id(site));
  const auto opened = TRY(record::open_record(site.place.record));
  const bool is_trusted = opened && opened->objection.empty();
  const auto record = is_trusted ? TRY(record::load(site.place.record, record::Trust::own)) : std::optional<Record>();
  const auto kept_view = std::make_shared<const View>(TRY(site.target->rules.view(site.place)));
  const View& view = *kept_view;
  const PlaceFacts facts{*site.target, view, record, site.target->rules.settings(environment),
                         !adoption::find_unwritable(*site.target, site.place).stops_all};
  adoption::KnownListing listing;
  listing.asked_hub = adoption::asks_hub(environment, request.offline, site);
  listing.tree = listing.asked_hub
                     ? TRY(adoption::Listings(environment).ask(site, hub::local_of(kept_view)).take()).tree
                     : adoption::recorded_tree(view, record, site.repo.revision);
  if (listing.tree.version.empty()) listing.tree.version = site.target->rules.version_in(view, site.repo);
  adoption::Verdicts verdicts(facts);
  verdicts.add(site.repo, listing);
  return std::move(verdicts).files();
} catch (...) {
  return caught();
}

}  // namespace hubcache
