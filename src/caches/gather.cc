#include "caches/gather.h"

#include <algorithm>
#include <atomic>
#include <unordered_set>

#include "adoption/standing_sites.h"
#include "base/cancel.h"
#include "base/caught.h"
#include "base/language.h"
#include "base/many_jobs.h"
#include "base/text.h"
#include "base/threads.h"
#include "base/try.h"
#include "hubs/registry.h"
#include "record/record.h"

namespace hubcache::caches {
namespace {

using adoption::Site;

FoundRepo found_repo(const hub::Target& target, std::string id, std::string_view type, const hub::Place& place,
                     const hub::Anatomy& anatomy) {
  FoundRepo found;
  found.examined.target = &target;
  CachedRepo& repo = found.examined.repo;
  repo.repo_id = std::move(id);
  repo.hub = target.hub.name;
  repo.target = target.name;
  repo.type = type;
  repo.place = place.root;
  found.examined.place = place;
  found.examined.anatomy = &anatomy;
  found.to_measure = {&target, place, &anatomy};
  return found;
}

/// Takes the facts of an adoption from its record.
void read_record(const Site& site, FoundRepo& found) {
  CachedRepo& repo = found.examined.repo;
  if (!site.objection.empty()) {
    found.examined.is_adopted = true;
    repo.notes.push_back(say("the record of its adoption in {} is not trusted ({})",
                             in_quotes(site.place.record.native()), site.objection));
    return;
  }
  if (!adoption::is_recorded(site)) return;
  found.examined.is_adopted = true;
  const auto record = record::load_header(site.place.record, record::Trust::own);
  if (!record) repo.notes.push_back(record.error().message);
  if (!record || !*record) return;
  const bool has_standing_pin = site.place.index && site.place.index->recorded_as == hub::RecordedAs::asked_revision;
  repo.pinned = has_standing_pin || ((*record)->pin && site.target->rules.can_pin());
  repo.folder = (*record)->in_place ? site.place.root : (*record)->folder;
  for (const record::AdoptedRevision& revision : (*record)->revisions) repo.revisions.push_back(revision.name);
  const auto folder = fs::status_of_target(repo.folder);
  if (folder && folder->kind == fs::Kind::missing)
    repo.notes.push_back(say("the adopted folder {} does not exist", in_quotes(repo.folder.native())));
}

FoundRepo found_repo(const Site& site) {
  FoundRepo found =
      found_repo(*site.target, site.repo.id.str(), name_of(site.repo.type), site.place, site.target->layout.anatomy());
  if (site.unreadable) {
    found.examined.is_readable = false;
    found.examined.repo.notes.push_back(site.unreadable->message);
  } else {
    read_record(site, found);
  }
  found.to_measure.is_adopted = found.examined.is_adopted;
  return found;
}

class Finder {
 public:
  Finder(const Environment& environment, const std::vector<std::string>& targets)
      : environment_(environment), targets_(targets) {}

  Result<std::vector<FoundRepo>> run(std::vector<std::string>& notes) {
    const auto [sites, unreadable] = TRY(adoption::standing_sites(environment_, {.targets = targets_, .repo_ids = {}}));
    for (const Site& site : sites) {
      roots_.insert(site.place.root.native());
      repos_.push_back(found_repo(site));
    }
    for (const Error& error : unreadable) notes.push_back(error.message);
    for (const hub::Target* target : hubs::targets()) {
      if (is_selected(*target)) add_others(*target, notes);
    }
    return std::move(repos_);
  }

 private:
  bool is_selected(const hub::Target& target) const {
    return targets_.empty() ||
           std::ranges::any_of(targets_, [&](const std::string& name) { return target.is_named(name); });
  }

  void add_others(const hub::Target& target, std::vector<std::string>& notes) {
    hub::OtherRepos others = target.layout.other_repos(environment_);
    for (hub::OtherRepo& other : others.found) {
      if (!roots_.insert(other.root.native()).second) continue;
      hub::Place place;
      place.root = std::move(other.root);
      place.temporary = std::move(other.temporary);
      place.record = std::move(other.record);
      const hub::Anatomy& anatomy = other.anatomy ? *other.anatomy : target.layout.anatomy();
      repos_.push_back(found_repo(target, std::move(other.id), other.type, place, anatomy));
    }
    for (const Error& error : others.unreadable) {
      if (std::ranges::find(notes, error.message) == notes.end()) notes.push_back(error.message);
    }
  }

  const Environment& environment_;
  const std::vector<std::string>& targets_;
  std::unordered_set<std::string> roots_;
  std::vector<FoundRepo> repos_;
};

/// Measures the repos, several at the same time.
Result<void> measure_all(std::vector<FoundRepo>& repos) {
  std::atomic<bool> is_stopped = false;
  const auto job = [&](std::size_t number) -> Result<void> {
    try {
      const CancelScope scope([&] { return is_stopped.load(); });
      FoundRepo& found = repos[number];
      if (found.examined.is_readable) found.examined.measured = TRY(measure(found.to_measure));
      return {};
    } catch (...) {  // an exception must not leave a thread
      return caught();
    }
  };
  return do_many(repos.size(), usable_cores(), job, {.stop = [&] { is_stopped = true; }});
}

}  // namespace

Result<std::vector<FoundRepo>> find_repos(const Environment& environment, const std::vector<std::string>& targets,
                                          std::vector<std::string>& notes) {
  return Finder(environment, targets).run(notes);
}

Result<Examined> examine(const Environment& environment, const std::vector<std::string>& targets) {
  Examined examined;
  std::vector<FoundRepo> repos = TRY(find_repos(environment, targets, examined.notes));
  TRY(measure_all(repos));
  for (FoundRepo& found : repos) {
    const Measured& measured = found.examined.measured;
    const bool is_there = measured.disk_size > 0 || !measured.linked.empty() || measured.has_own_folder ||
                          measured.root != fs::Kind::missing;
    if (is_there || found.examined.is_adopted || !found.examined.is_readable)
      examined.repos.push_back(std::move(found.examined));
  }
  return examined;
}

}  // namespace hubcache::caches
