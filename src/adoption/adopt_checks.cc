#include "adoption/adopt_checks.h"

#include "adoption/command_line.h"
#include "adoption/gather.h"
#include "adoption/other_adoptions.h"
#include "adoption/overlap.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {

using std::filesystem::path;

Result<void> check_complete(const AdoptRequest& request) {
  if (!request.require_complete || !request.offline) return {};
  return Error{ErrorCode::usage, "--require-complete has to ask the hub", "leave --offline out"};
}

Result<void> check_previous(const Site& site, const std::optional<record::Record>& previous, bool in_place) {
  if (!previous) return {};
  const std::string hint = "release it first: " + command_on("release", adoption_at(site, *previous));
  if (previous->repo_id != site.repo.id.str()) {
    return Error{ErrorCode::conflict,
                 in_quotes(site.place.root.native()) + " is adopted already, as " + previous->repo_id, hint};
  }
  if (previous->in_place == in_place) return {};
  return Error{ErrorCode::conflict,
               previous->repo_id + " is adopted " +
                   (previous->in_place ? "in place" : "from " + in_quotes(previous->folder.native())),
               hint};
}

Result<void> check_any(const std::vector<LocalFile>& files, const std::vector<LeftOut>& left_out,
                       const AdoptRequest& request) {
  if (!files.empty()) return {};
  const std::string why = left_out.empty() ? "" : "; left out: " + left_out.front().name + ": " + left_out.front().why;
  return Error{ErrorCode::failed, "there is no file to adopt in " + in_quotes(request.folder.native()) + why,
               "check the folder and --include and --exclude"};
}

Result<void> check_alone(const Environment& environment, const AdoptRequest& request, const Site& site) {
  const auto trust = record::trust_of(request.trust_owner);
  const auto opened = TRY(record::open_record(site.place.record));
  const bool is_trusted = opened && (trust == record::Trust::anybody || opened->objection.empty());
  const bool is_adopted = is_trusted && TRY(record::load_header(site.place.record, *opened, trust)).has_value();
  return is_adopted ? Result<void>() : check_no_overlap(environment, site, trust);
}

Result<SiteCheck> check_site(const AdoptRequest& request, const Site& site) {
  const hub::View view = TRY(site.target->view(site.place));
  const bool in_place = TRY(is_in_place(request.folder, view));
  const auto trust = record::trust_of(request.trust_owner);
  const auto opened = TRY(record::open_record(site.place.record));
  const bool is_trusted = trust != record::Trust::own || (opened && opened->objection.empty());
  if (is_trusted) TRY(check_previous(site, TRY(record::load_header(site.place.record, trust)), in_place));
  TRY(check_idle(view));
  return SiteCheck{in_place, in_place ? std::vector<path>() : folders_in_place(view)};
}

}  // namespace hubcache::adoption
