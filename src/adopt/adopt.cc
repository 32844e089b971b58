#include <hubcache/adopt.h>

#include <algorithm>

#include <spdlog/spdlog.h>

#include "adopt/apply.h"
#include "adopt/gather.h"
#include "adopt/match.h"
#include "adopt/plan.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/scan.h"
#include "hub/aistudio.h"
#include "record/places.h"

namespace hubcache {
namespace {

using adoption::Claim;
using adoption::Plan;
using adoption::Site;
using std::filesystem::path;

/// The folder, absolute; its own name may be a symlink, which then is what the placed links lead through.
Result<path> resolve_folder(const Environment& environment, const path& folder) {
  if (folder.empty()) return Error{ErrorCode::usage, "no folder is given", "name the folder with your model's files"};
  const path absolute = absolute_path(environment.working_folder, folder);
  const fs::Status status = TRY(fs::status_of_target(absolute));
  if (status.kind == fs::Kind::missing) {
    return Error{ErrorCode::failed, "there is no folder " + in_quotes(folder.native()), "check the path"};
  }
  if (status.kind != fs::Kind::folder) {
    return Error{ErrorCode::failed, in_quotes(folder.native()) + " is no folder", "name the folder that holds the model's files"};
  }
  return absolute;
}

/// The place may not exist yet: then the folder it will be made in.
path nearest_folder(path folder) {
  while (!std::filesystem::is_directory(folder) && folder.has_relative_path()) folder = folder.parent_path();
  return folder;
}

bool is_within(const path& inner, const path& outer) {
  const auto [end, ignored] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  return end == outer.end();
}

/// Whether the folder is the place itself. One inside the other can never be right.
Result<bool> is_in_place(const path& folder, const target::View& view) {
  const path mine = adoption::real_path(folder), root = adoption::real_path(view.place.root);
  if (mine == root) return !view.root_is_link;
  const auto lies_with = [&](const path& other, std::string_view what, const std::string& hint) {
    return Error{ErrorCode::usage, in_quotes(folder.native()) + " and " + std::string(what) + " " + in_quotes(other.native()) + " lie one within the other", hint};
  };
  const auto overlaps = [&](const path& other) { return is_within(mine, adoption::real_path(other)) || is_within(adoption::real_path(other), mine); };
  if (!view.root_is_link && overlaps(view.place.root)) {
    return lies_with(view.place.root, "the client's place", "keep the model in a folder outside of the client's cache");
  }
  if (overlaps(view.place.temporary)) {
    return lies_with(view.place.temporary, "the client's folder for downloads", "move the model to a folder of its own first");
  }
  if (overlaps(view.place.record)) {
    return lies_with(view.place.record, "hubcache's own folder", "move the model to a folder of its own first");
  }
  return false;
}

Result<adoption::LinkFacts> link_facts(const AdoptRequest& request, const target::View& view, const LocalTree& local) {
  adoption::LinkFacts facts;
  facts.moves_by_rename = view.moves_by_rename;
  const path anchor = view.root_is_link ? view.place.root.parent_path() : view.place.root;
  facts.same_file_system = TRY(fs::same_file_system(request.folder, anchor));
  const bool matters = request.link ? request.link == LinkKind::reflink : !facts.moves_by_rename;
  if (matters) facts.reflinks = fs::can_reflink(request.folder / local.files.front().path.str(), nearest_folder(anchor));
  return facts;
}

/// Messages of what was not taken: each file by name, up to ten.
void warn_left_out(const std::vector<LeftOut>& left_out, std::string_view where, AdoptReport& report) {
  for (std::size_t i = 0; i < left_out.size() && i < 10; ++i) {
    report.warnings.push_back("left out " + std::string(where) + ": " + left_out[i].name + ": " + left_out[i].why);
  }
  if (left_out.size() > 10) {
    report.warnings.push_back("left out " + std::string(where) + ": " + std::to_string(left_out.size() - 10) + " more");
  }
}

void warn_synthetic(AdoptReport& report, bool offline) {
  if (report.synthetic == 0) return;
  report.warnings.push_back(
      (offline ? "the hub was not asked about " : "the hub does not have ") + counted(report.synthetic, "file") +
      ": snapshot_download takes them, but file_download returns None for them, unless a local hub answers their ids");
}

void warn_environment(const target::Reader& reader, const target::View& view, AdoptReport& report) {
  if (reader.hash_validation) {
    report.warnings.push_back(
        "AISTUDIO_ENABLE_DEFAULT_HASH_VALIDATION is on: the SDK accepts no cache at all then and downloads everything at "
        "every run; unset it");
  }
  if (!view.unmasked_files.empty()) {
    report.warnings.push_back(counted(view.unmasked_files.size(), "file") + " in " +
                              in_quotes((view.place.root.parent_path() / view.place.temporary.filename()).native()) +
                              ", where the SDK does not look: it reads " + in_quotes(view.place.root.native()));
  }
  if (view.index_state == target::IndexState::damaged) {
    report.warnings.push_back("the index .msc was damaged (" + view.index_error + "); it is moved aside and written anew");
  }
}

struct Gathered {
  Site site;
  LocalTree local;
  std::optional<RemoteTree> remote;
  std::uint64_t requests = 0;
  bool in_place = false;
};

Result<Gathered> gather(const Environment& environment, AdoptRequest& request) {
  Site site = TRY(adoption::find_site(environment, request.target, request.type, request.repo_id, request.revision, request.place));
  auto include = TRY(fs::parse_globs(request.include));
  auto exclude = TRY(fs::parse_globs(request.exclude));
  request.folder = TRY(resolve_folder(environment, request.folder));
  bool in_place = false;
  {
    const target::View view = TRY(site.target->view(site.place));
    in_place = TRY(is_in_place(request.folder, view));
    TRY(adoption::check_idle(view));
  }
  Gathered gathered{std::move(site), {}, std::nullopt, 0, in_place};
  gathered.local = TRY(fs::scan_tree(request.folder, adoption::scan_rules(gathered.site, request.folder, std::move(include), std::move(exclude))));
  if (gathered.local.files.empty()) {
    return Error{ErrorCode::failed, "there is no file to adopt in " + in_quotes(request.folder.native()), "check the folder and --include and --exclude"};
  }
  if (!request.offline) {
    auto listing = TRY(hub::list_aistudio(environment, gathered.site.repo, [&](const RelPath& file) {
      return std::ranges::binary_search(gathered.local.files, file, {}, &LocalFile::path);
    }));
    gathered.remote = std::move(listing.tree);
    gathered.requests = listing.requests;
  }
  return gathered;
}

Result<void> check_same_way(const std::optional<record::Record>& previous, bool in_place) {
  if (!previous || previous->in_place == in_place) return {};
  return Error{ErrorCode::conflict, previous->repo_id + " is adopted " + (previous->in_place ? "in place" : "from " + in_quotes(previous->folder.native())),
               "release it first: hubcache release " + previous->repo_id};
}

/// From here on the place is claimed (but for a dry run): what is looked at is what is changed.
Result<AdoptReport> plan_and_apply(const Environment& environment, const AdoptRequest& request, Gathered gathered) {
  const Site& site = gathered.site;
  const std::string now = adoption::now_iso8601();
  adoption::Custody custody(site.place.record, request.folder, adoption::compact(now));
  auto previous = TRY(record::load(site.place.record));
  TRY(check_same_way(previous, gathered.in_place));
  if (!request.dry_run) TRY(adoption::recover(site.place, previous, custody));
  const target::View view = TRY(adoption::view_to_change(site));
  TRY(adoption::check_idle(view));
  const adoption::PlanInput input{*site.target, request, site.repo, view, site.target->reader(environment),
                               TRY(link_facts(request, view, gathered.local)), gathered.in_place, std::move(previous), now};
  AdoptReport notes;
  warn_left_out(gathered.local.left_out, "of the folder", notes);
  if (gathered.remote) warn_left_out(gathered.remote->left_out, "of the hub's listing", notes);
  Plan plan = TRY(adoption::make_plan(input, std::move(gathered.local), gathered.remote));
  warn_synthetic(plan.report, request.offline);
  warn_environment(input.reader, view, plan.report);
  std::ranges::move(notes.warnings, std::back_inserter(plan.report.warnings));
  plan.report.requests = gathered.requests;
  gathered.remote.reset();
  if (request.dry_run) return std::move(plan.report);
  auto report = adoption::apply(*site.target, view, std::move(plan), custody, request.tell);
  if (!report) static_cast<void>(adoption::withdraw(site.place, input.previous, custody));  // what it cannot undo, the next run does
  return report;
}

Result<AdoptReport> claim_and_apply(const Environment& environment, const AdoptRequest& request, Gathered gathered) {
  if (request.dry_run) return plan_and_apply(environment, request, std::move(gathered));
  const record::KnownPlace known{request.target, request.type, gathered.site.repo.id.str(), gathered.site.place.root, gathered.site.place.record};
  const Claim claim = TRY(Claim::take(known.record));
  AdoptReport report = TRY(plan_and_apply(environment, request, std::move(gathered)));
  if (const auto remembered = record::remember(environment, known); !remembered) {
    spdlog::warn("{}; status finds the place all the same where the environment leads to it", remembered.error().message);
  }
  return report;
}

}  // namespace

Result<AdoptReport> adopt(const Environment& environment, const AdoptRequest& asked) {
  AdoptRequest request = asked;
  TRY(adoption::check_match(request));
  request.pin = request.pin && !request.match;
  Gathered gathered = TRY(gather(environment, request));
  std::vector<VerifiedFile> unmatched;
  if (request.match) unmatched = TRY(adoption::keep_matching(environment, request, gathered.in_place, gathered.local, *gathered.remote));
  AdoptReport report = TRY(claim_and_apply(environment, request, std::move(gathered)));
  report.unmatched = std::move(unmatched);
  return report;
}

}  // namespace hubcache
