#include "adoption/adopt_checks.h"

#include "adoption/command_line.h"
#include "adoption/gather.h"
#include "adoption/other_adoptions.h"
#include "adoption/overlap.h"
#include "adoption/working_links.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {

using std::filesystem::path;

namespace {

/// Loads the record without its entries; nullopt if nothing is adopted, or if the record is not trusted.
Result<std::optional<record::Record>> trusted_header(const AdoptRequest& request, const Site& site) {
  const auto trust = record::trust_of(request.trust_owner);
  const auto opened = TRY(record::open_record(site.place.record));
  const bool is_trusted = opened && (trust == record::Trust::anybody || opened->objection.empty());
  return is_trusted ? record::load_header(site.place.record, *opened, trust) : std::optional<record::Record>();
}

}  // namespace

Result<void> check_complete(const AdoptRequest& request) {
  if (!request.require_complete || !request.offline) return {};
  return Error{ErrorCode::usage, say("--require-complete conflicts with --offline"), say("omit --offline")};
}

Result<void> check_previous(const Site& site, const std::optional<record::Record>& previous, bool in_place) {
  if (!previous) return {};
  const std::string hint = say("run {}", command_on("release", adoption_at(site, *previous)));
  if (previous->repo_id != site.repo.id.str()) {
    return Error{ErrorCode::conflict,
                 say("{} is already adopted as {}", in_quotes(site.place.root.native()), previous->repo_id), hint};
  }
  if (previous->type != site.repo.type) {
    return Error{ErrorCode::conflict,
                 say("the {} {} is already adopted, and the {} of the same id has the same cache folder {}",
                     translated(name_of(previous->type)), previous->repo_id, translated(name_of(site.repo.type)),
                     in_quotes(site.place.root.native())),
                 hint};
  }
  if (previous->in_place == in_place) return {};
  return Error{ErrorCode::conflict,
               previous->in_place
                   ? say("{} is already adopted in place", previous->repo_id)
                   : say("{} is already adopted from {}", previous->repo_id, in_quotes(previous->folder.native())),
               hint};
}

Result<void> check_any(const std::vector<LocalFile>& files, const std::vector<LeftOut>& left_out,
                       const AdoptRequest& request) {
  if (!files.empty()) return {};
  const std::string why = left_out.empty() ? "" : say("; skipped: {}: {}", left_out.front().name, left_out.front().why);
  return Error{ErrorCode::failed, say("no files to adopt in {}{}", in_quotes(request.folder.native()), why),
               say("check the folder, --include and --exclude")};
}

Result<void> check_alone(const Environment& environment, const AdoptRequest& request, const Site& site, bool in_place) {
  const bool is_adopted = TRY(trusted_header(request, site)).has_value();
  return is_adopted ? Result<void>()
                    : check_no_overlap(environment, site, in_place, record::trust_of(request.trust_owner));
}

Result<SiteCheck> check_site(const AdoptRequest& request, const Site& site) {
  const hub::View view = TRY(site.target->rules.view(site.place));
  const bool in_place = TRY(is_in_place(request.folder, view));
  TRY(check_previous(site, TRY(trusted_header(request, site)), in_place));
  TRY(check_idle(view));
  TRY(check_working_link(request, site, in_place));
  return SiteCheck{in_place, in_place ? std::vector<path>() : folders_in_place(view)};
}

}  // namespace hubcache::adoption
