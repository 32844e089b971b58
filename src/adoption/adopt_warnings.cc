#include "adoption/adopt_warnings.h"

#include <algorithm>

#include "adoption/cautions.h"
#include "adoption/link_counts.h"
#include "adoption/recorded.h"
#include "adoption/renewed_stamps.h"
#include "base/language.h"
#include "base/text.h"
#include "hub/hub.h"

namespace hubcache::adoption {
namespace {

/// Warns of files that were skipped; names up to ten of them.
void warn_left_out(const std::vector<LeftOut>& left_out, std::string_view where, AdoptReport& report) {
  for (std::size_t i = 0; i < left_out.size() && i < 10; ++i) {
    report.warnings.push_back(say("skipped {}: {}: {}", where, left_out[i].name, left_out[i].why));
  }
  if (left_out.size() > 10) {
    report.warnings.push_back(say("skipped {}: {} more", where, std::to_string(left_out.size() - 10)));
  }
}

void warn_environment(const Environment& environment, const Site& site, const hub::View& view, AdoptReport& report) {
  const hub::Words& words = site.target->words;
  if (!words.caution.empty()) report.warnings.emplace_back(translated(words.caution));
  if (site.place.index && !words.caution_with_index.empty())
    report.warnings.emplace_back(translated(words.caution_with_index));
  if (const auto note = site.target->hub.environment_note(environment); !note.empty()) report.warnings.push_back(note);
  std::ranges::move(site.target->rules.notes(environment, view), std::back_inserter(report.warnings));
  if (auto note = other_versions_text(environment, site); !note.empty()) report.warnings.push_back(std::move(note));
  if (!view.unmasked_files.empty()) {
    report.warnings.push_back(say("found {} in {}, which {} does not read; it reads {}",
                                  counted(view.unmasked_files.size(), "file"),
                                  in_quotes((view.place.root.parent_path() / view.place.temporary.filename()).native()),
                                  site.target->words.client.client, in_quotes(view.place.root.native())));
  }
  const bool is_damaged = view.index_state == hub::IndexState::damaged;
  if (is_damaged || view.index_state == hub::IndexState::unreadable) {
    const std::string index = site.target->index_name();
    report.warnings.push_back(
        is_damaged ? say("the index {} is damaged ({}); hubcache saves the old index and writes a new one", index,
                         view.index_error)
                   : say("the index {} cannot be read ({}); hubcache saves the old index and writes a new one", index,
                         view.index_error));
  }
}

/// Returns the name of the first of `count` files, and says if there are others.
std::string first_name(const RemoteFile& first, std::ptrdiff_t count) {
  const std::string name = in_quotes(first.path.str());
  return count > 1 ? say("{} and other files", name) : name;
}

/// Warns if the hub's answers make the client raise an exception, whatever files are in its place.
void warn_client_raises(const Site& site, const RemoteTree& remote, AdoptReport& report) {
  const std::string who(site.target->words.client.that_asks(Question::snapshot));
  if (site.target->rules.question() == Question::snapshot && !remote.snapshot_raises.empty()) {
    report.warnings.push_back(say("{} raises an exception: {}", who, remote.snapshot_raises));
    return;
  }
  const auto lacks_digest = [](const RemoteFile& file) { return file.snapshot_raises == Reason::no_digest; };
  if (const auto first = std::ranges::find_if(remote.files, lacks_digest); first != remote.files.end())
    report.warnings.push_back(
        say("{} raises an exception: the hub does not tell the SHA-256 of {}; start the program with hubcache run", who,
            first_name(*first, std::ranges::count_if(remote.files, lacks_digest))));
  const auto raises = [](const RemoteFile& file) { return file.snapshot_raises == Reason::not_in_contents; };
  const auto first = std::ranges::find_if(remote.files, raises);
  if (first == remote.files.end() || site.target->rules.question() != Question::snapshot) return;
  report.warnings.push_back(
      say("{} raises KeyError: the hub lists {}, but does not find the file; start the program with hubcache run", who,
          first_name(*first, std::ranges::count_if(remote.files, raises))));
}

std::string shared_place_text(std::string_view one, std::string_view other) {
  return say("{} and {} share this cache folder: they share one adoption, and one release ends it for both", other,
             one);
}

/// Adds the warnings that depend on the previous adoption of the place.
void warn_of_previous(const WarningInput& found, AdoptReport& report) {
  const auto& [environment, site, input, local, clashes, remote, unlinked] = found;
  if (!input.previous) return;
  if (input.previous->target != site.target->name)
    report.warnings.push_back(shared_place_text(input.previous->target, site.target->name));
  const auto& revisions = input.previous->revisions;
  const auto is_other = [&](const record::AdoptedRevision& one) { return one.name != report.revision; };
  if (const auto one = std::ranges::find_if(revisions, is_other);
      one != revisions.end() && input.previous->folder != input.request.folder)
    report.warnings.push_back(
        say("the adoption has one folder for all revisions: {} now also has the files of this folder",
            in_quotes(one->name)));
  if (unlinked > 0) report.warnings.push_back(describe_unlinked(unlinked));
  const std::string other = other_hub(*input.previous, site.repo.revision.str(), input.hub);
  if (!other.empty())
    report.warnings.push_back(
        say("the previous adoption recorded the hub {}; this adoption records {} instead", other, input.hub));
}

}  // namespace

void add_warnings(const WarningInput& found, Plan& plan) {
  const auto& [environment, site, input, local, clashes, remote, unlinked] = found;
  AdoptReport& report = plan.report;
  warn_of_previous(found, report);
  warn_environment(environment, site, input.view, report);
  if (site.target->rules.is_made_up(site.repo, plan.next.revision(report.revision)->version))
    report.warnings.push_back(made_up_version_text(adoption_at(site, plan.next)));
  add_cautions({environment, site, input.request, local, remote, plan.next}, report);
  warn_left_out(local.left_out, say("in the folder"), report);
  warn_left_out(clashes, say("in the folder"), report);
  if (remote) warn_left_out(remote->left_out, say("in the hub's listing"), report);
  if (remote && site.place.index) warn_client_raises(site, *remote, report);
  if (input.request.dry_run && !plan.first_copy.path.empty())
    report.warnings.push_back(
        copies_warning(count_placed(plan.next, plan.to_place), true, plan.first_copy, plan.link_order));
}

void warn_unused_options(const AdoptRequest& request, const Site& site, AdoptReport& report) {
  const std::string client(site.target->words.client.client);
  const hub::Index* index = site.place.index;
  const bool ignores_pushes = !index || index->recorded_as == hub::RecordedAs::asked_revision;
  if (!request.pin && site.target->rules.can_pin() && ignores_pushes)
    report.warnings.push_back(
        say("--no-pin has no effect: {} uses the files in this cache folder after a push, too", client));
  if (request.take && !report.in_place)
    report.warnings.emplace_back(say("--take has no effect: the repo is not adopted in place"));
}

void warn_shared_place(const std::vector<Site>& sites, std::size_t i, AdoptReport& report) {
  for (std::size_t other = 0; other < i; ++other) {
    if (sites[other].place.root != sites[i].place.root) continue;
    std::string text = shared_place_text(sites[other].target->name, sites[i].target->name);
    if (std::ranges::find(report.warnings, text) == report.warnings.end()) report.warnings.push_back(std::move(text));
  }
}

}  // namespace hubcache::adoption
