#include "adoption/absence_notes.h"

#include <algorithm>

#include "adoption/custody.h"
#include "adoption/gather.h"
#include "adoption/sites.h"
#include "adoption/standing_sites.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"

namespace hubcache::adoption {
namespace {

/// Moves the notes of one place aside, under the place's lock.
Result<void> move_notes_aside(const Site& site, record::Trust trust) {
  const Claim claim = TRY(Claim::take(site.place.record, trust));
  const auto record = TRY(record::load(site.place.record, trust));
  const hub::View view = TRY(view_to_change(site));
  if (!record || view.root_is_link) return {};
  Custody custody(site.place.root, site.place.record, Sources(), compact(now_iso8601()));
  for (const record::Entry& entry : record->entries) {
    const std::string note = site.target->rules.absence_note(entry.location());
    const bool is_there = view.has_absence_note(note) && TRY(fs::status_of(custody.at(note))).kind != fs::Kind::missing;
    if (is_there) TRY(custody.displace(custody.at(note), note));
  }
  return {};
}

}  // namespace

std::vector<std::string> hidden_files(const hub::Target& target, const hub::View& view, const record::Record& record) {
  std::vector<std::string> hidden;
  if (view.absence_notes.empty()) return hidden;
  for (const record::Entry& entry : record.entries) {
    if (view.has_absence_note(target.rules.absence_note(entry.location()))) hidden.push_back(entry.path.str());
  }
  std::ranges::sort(hidden);
  const auto repeated = std::ranges::unique(hidden);
  hidden.erase(repeated.begin(), repeated.end());
  return hidden;
}

void show_hidden_files(const Environment& environment, record::Trust trust,
                       const std::function<void(const std::string&)>& tell) {
  auto found =
      adopted_sites(environment, {.targets = {}, .repo_ids = {}, .place = {}, .type = {}, .hub = {}, .trust = trust});
  if (!found) return;  // the command that needs the sites reports the Error
  take_out_others(found->sites, found->unreadable);
  for (const Site& site : found->sites) {
    const auto view = site.target->rules.view(site.place);
    const auto record = record::load(site.place.record, trust);
    if (!view || !record || !*record) continue;
    const auto hidden = hidden_files(*site.target, *view, **record);
    if (hidden.empty()) continue;
    if (const auto moved = move_notes_aside(site, trust); !moved)
      tell(
          say("clients cannot find {} of {}: notes in the client's cache folder say that the hub lacks these files, "
              "and hubcache cannot move the notes aside: {}",
              counted_names(hidden, "file"), site.repo.id.str(), moved.error().message));
  }
}

}  // namespace hubcache::adoption
