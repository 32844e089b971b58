#include <hubcache/verify.h>

#include <algorithm>
#include <memory>

#include "adoption/cautions.h"
#include "adoption/compare.h"
#include "adoption/gather.h"
#include "adoption/listings.h"
#include "adoption/offline.h"
#include "adoption/recorded.h"
#include "adoption/standing_sites.h"
#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "hub/hub.h"

namespace hubcache {
namespace {

using adoption::Listings;
using adoption::Site;
using adoption::Sizes;
using std::filesystem::path;

/// The listing that the files are compared with.
struct ExpectedContent {
  RemoteTree tree;
  Sizes sizes = Sizes::unknown;
};

/// Returns the files whose content the record or the client's own index knows, and the files that only the hub had.
Result<ExpectedContent> recorded(const Site& site, const std::optional<record::Record>& record,
                                 const LocalTree& local) {
  RemoteTree tree = adoption::recorded_tree(TRY(site.target->rules.view(site.place)), record, site.repo.revision);
  const record::AdoptedRevision* adopted = record ? record->revision(site.repo.revision.str()) : nullptr;
  const auto is_only_on_hub = [&](const RelPath& file) {
    return adopted && std::ranges::binary_search(adopted->hub_only, file.str()) && !local.find(file.str());
  };
  std::erase_if(tree.files, [&](const RemoteFile& file) { return !is_known(file.sha) && !is_only_on_hub(file.path); });
  return ExpectedContent{std::move(tree), Sizes::unknown};
}

Result<ExpectedContent> expected(const Site& site, const std::optional<record::Record>& record, const LocalTree& local,
                                 std::optional<Listings::Asked> asked, RepoVerification& repo) {
  if (!asked) return recorded(site, record, local);
  auto listing = std::move(*asked).take();
  repo.asked_hub = listing.has_value();
  if (!listing && !listing.error().unanswered) return listing.error();
  if (!listing) repo.hub_error = listing.error().message;
  if (!listing) return recorded(site, record, local);
  const Sizes sizes = adoption::sizes_of(listing->tree);
  return ExpectedContent{std::move(listing->tree), sizes};
}

/// Adds notes on skipped files. A dangling symlink is already listed as missing.
void note_left_out(const std::vector<LeftOut>& left_out, std::string_view where, RepoVerification& repo) {
  for (const LeftOut& one : left_out) {
    if (!one.is_dangling) repo.notes.push_back(say("skipped {}: {}: {}", where, one.name, one.why));
  }
}

std::string name_of(const Site& site) { return adoption::id_with_hub(site.target->hub, site.repo.id.str()); }

/// Returns the error for unknown content of the hub's files.
Error nothing_known(const Environment& environment, const Site& site, bool is_adopted, const RepoVerification& repo) {
  const std::string what = is_adopted ? say("{} was adopted offline, so the hub's file ids are unknown", name_of(site))
                                      : say("no hub state is recorded for {}", name_of(site));
  if (!repo.hub_error.empty())
    return {ErrorCode::hub, say("{}, and the hub does not answer: {}", what, repo.hub_error), say("try again later")};
  const std::string variable = site.target->hub.offline_variable(environment);
  const std::string without = variable.empty() ? say("omit --offline") : say("unset {}", variable);
  return {ErrorCode::failed, what, without};
}

Result<void> check_is_there(const Environment& environment, const Site& site, const path& folder) {
  if (TRY(fs::status_of_target(folder)).kind != fs::Kind::missing) return {};
  const std::string other = adoption::name_on_other_hub(environment, name_of(site));
  return Error{ErrorCode::failed,
               say("{} is not cached for target {}: folder not found: {}", name_of(site), site.target->name,
                   in_quotes(folder.native())),
               other.empty() ? say("run hubcache status to list the cached repos") : say("did you mean {}?", other)};
}

/// The data for the verification of one revision, gathered while the hub is asked.
struct RevisionToVerify {
  Site site;
  RepoVerification repo;
  std::shared_ptr<const LocalTree> local;
  std::optional<Listings::Asked> asked = {};  ///< nullopt: the hub is not to be asked
};

Result<RevisionToVerify> look_at_revision(const Environment& environment, const Site& site, const hub::View& view,
                                          const VerifyRequest& request, Listings& listings) {
  const path placed = site.target->layout.files_in(view, site.repo);
  const path folder = request.local_dir ? absolute_path(environment.working_folder, *request.local_dir) : placed;
  if (!request.local_dir) TRY(check_is_there(environment, site, folder));
  RevisionToVerify look{.site = site,
                        .repo = {.repo_id = site.repo.id.str(),
                                 .target = std::string(site.target->name),
                                 .revision = site.repo.revision.str(),
                                 .type = site.repo.type,
                                 .folder = folder},
                        .local = std::make_shared<const LocalTree>(
                            TRY(fs::scan_tree(folder, {.include = {},
                                                       .exclude = {},
                                                       .skip_anywhere = site.target->layout.own_names(),
                                                       .skip_at_top = site.target->layout.own_names_at_top(),
                                                       .skips_link_to = {},
                                                       .forbidden = {}})))};
  if (adoption::asks_hub(environment, request.offline, site))
    look.asked = listings.ask(site, hub::local_of(look.local));
  else if (!request.offline) look.repo.notes.push_back(adoption::offline_note(environment, site));
  return look;
}

Result<RepoVerification> verify_revision(const Environment& environment, RevisionToVerify look,
                                         const std::optional<record::Record>& record, const VerifyRequest& request,
                                         hash::DigestCache& cache) {
  auto& [site, repo, local, asked] = look;
  const ExpectedContent wanted = TRY(expected(site, record, *local, std::move(asked), repo));
  if (!repo.asked_hub && wanted.tree.files.empty()) return nothing_known(environment, site, record.has_value(), repo);
  const path users = record && !request.local_dir ? record->folder : path();
  adoption::Compared compared =
      adoption::compare(repo.folder, users, *local, wanted.tree, wanted.sizes, cache, request.progress);
  TRY(check_not_cancelled());
  repo.files = std::move(compared.files);
  std::ranges::move(compared.warnings, std::back_inserter(repo.notes));
  const auto address = hub::address(site.target->hub, environment);
  const std::string other = record && address ? adoption::other_hub(*record, repo.revision, *address) : "";
  if (repo.asked_hub && !other.empty())
    repo.notes.push_back(say("compared with the hub {}, but adopted from {}", *address, other));
  note_left_out(local->left_out, say("in the folder"), repo);
  if (!wanted.tree.remark.empty()) repo.notes.push_back(wanted.tree.remark);
  note_left_out(wanted.tree.left_out, say("in the hub's listing"), repo);
  return std::move(repo);
}

/// A repo and its adopted revisions, or the default revision if the repo is not adopted. Has no revision for an empty
/// place, such as clients leave behind for a mistyped id.
struct RepoToVerify {
  std::optional<record::Record> record = {};
  std::vector<RevisionToVerify> revisions = {};
};

Result<RepoToVerify> look_at_repo(const Environment& environment, Site site, const VerifyRequest& request,
                                  Listings& listings) {
  if (site.unreadable) return *site.unreadable;
  RepoToVerify look;
  if (site.objection.empty()) look.record = TRY(record::load(site.place.record, record::trust_of(request.trust_owner)));
  const hub::View view = TRY(site.target->rules.view(site.place));
  const bool is_for_all = request.repo_ids.empty();
  if (!look.record && site.objection.empty() && is_for_all && view.files.empty()) return look;
  if (!look.record) {
    look.revisions.push_back(TRY(look_at_revision(environment, site, view, request, listings)));
    return look;
  }
  for (const record::AdoptedRevision& revision : look.record->revisions) {
    site.repo = {look.record->type, TRY(RepoId::parse(look.record->repo_id)), TRY(Revision::parse(revision.name))};
    look.revisions.push_back(TRY(look_at_revision(environment, site, view, request, listings)));
  }
  return look;
}

Result<std::vector<RepoVerification>> verify_repo(const Environment& environment, const Site& site, RepoToVerify look,
                                                  const VerifyRequest& request, hash::DigestCache& cache) {
  std::vector<RepoVerification> repos;
  repos.reserve(look.revisions.size());
  for (RevisionToVerify& revision : look.revisions)
    repos.push_back(TRY(verify_revision(environment, std::move(revision), look.record, request, cache)));
  if (!site.objection.empty())
    repos.back().notes.push_back(say(
        "the record of its adoption is not trusted ({}), so verify ignored it; to use the record, add --trust-owner",
        site.objection));
  return repos;
}

Result<adoption::Found> sites_of(const Environment& environment, const VerifyRequest& request, const hub::Hub* hub) {
  const auto trust = record::trust_of(request.trust_owner);
  if (!request.local_dir) {
    return adoption::asked_sites(environment, {.targets = request.targets,
                                               .repo_ids = request.repo_ids,
                                               .place = request.place,
                                               .type = {},
                                               .hub = hub,
                                               .trust = trust});
  }
  const std::string usual = request.place ? adoption::target_of_place(hub) : adoption::default_target(hub);
  const std::string target = request.targets.empty() ? usual : request.targets.front();
  adoption::Found found;
  found.sites.push_back(
      TRY(adoption::find_site(environment, target, request.type, request.repo_ids.front(), "", request.place)));
  const auto opened = TRY(record::open_record(found.sites.front().place.record));
  if (opened && trust == record::Trust::own) found.sites.front().objection = opened->objection;
  return found;
}

/// Returns the result for a repo that cannot be examined: the error must not hide the other repos.
RepoVerification failed(const Site& site, const Error& error) {
  return {.repo_id = site.repo.id.str(),
          .target = std::string(site.target->name),
          .revision = site.repo.revision.str(),
          .type = site.repo.type,
          .folder = site.place.root,
          .error = error};
}

Result<void> check(const VerifyRequest& request) {
  if (!request.local_dir) return {};
  if (request.repo_ids.size() != 1) {
    return Error{ErrorCode::usage, say("--local-dir requires exactly one REPO_ID"),
                 say("pass the REPO_ID whose files are in the --local-dir folder")};
  }
  if (request.targets.size() > 1) {
    return Error{ErrorCode::usage, say("--local-dir accepts one target only"), say("omit --target, or pass it once")};
  }
  return {};
}

}  // namespace

std::string_view name_of(Comparison comparison) {
  switch (comparison) {
    case Comparison::same: return marked("same");
    case Comparison::edited: return marked("edited");
    case Comparison::missing: return marked("missing");
    case Comparison::extra: return marked("extra");
    case Comparison::unreadable: return marked("unreadable");
  }
  return "";
}

Result<Comparison> parse_comparison(std::string_view text) {
  for (const Comparison comparison : {Comparison::edited, Comparison::missing, Comparison::extra}) {
    if (name_of(comparison) == text) return comparison;
  }
  return Error{ErrorCode::usage,
               say("invalid --fail-on value: {} (expected edited, missing or extra)", in_quotes(text)),
               say("for example: --fail-on edited,missing")};
}

std::uint64_t RepoVerification::count(Comparison comparison) const {
  return static_cast<std::uint64_t>(std::ranges::count(files, comparison, &VerifiedFile::comparison));
}

Result<VerifyReport> verify(const Environment& environment, VerifyRequest request) try {
  const hub::Hub* hub = TRY(adoption::take_hub(request.repo_ids, request.targets));
  TRY(check(request));
  hash::DigestCache cache(hash::DigestCache::folder(environment));
  VerifyReport report;
  const bool by_name = !request.repo_ids.empty();
  const auto [sites, unreadable] = TRY(sites_of(environment, request, hub));
  for (const Error& error : unreadable) report.notes.push_back(error.message);
  Listings listings(environment);
  const auto look = [&, &sites = sites](std::size_t i) {
    return look_at_repo(environment, sites[i], request, listings);
  };
  TRY(adoption::in_order(
      listings, sites.size(), look, [&, &sites = sites](std::size_t i, Result<RepoToVerify> looked) -> Result<void> {
        const Site& site = sites[i];
        auto repos =
            looked ? verify_repo(environment, site, *std::move(looked), request, cache) : std::move(looked).error();
        if (!repos && by_name && sites.size() == 1) return repos.error();
        if (site.unreadable && !by_name) report.notes.push_back(site.unreadable->message);
        else if (repos) std::ranges::move(*repos, std::back_inserter(report.repos));
        else report.repos.push_back(failed(site, repos.error()));
        return {};
      }));
  return report;
} catch (...) {
  return caught();
}

}  // namespace hubcache
