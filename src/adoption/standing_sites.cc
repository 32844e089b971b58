#include "adoption/standing_sites.h"

#include <algorithm>
#include <array>
#include <set>
#include <unordered_set>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "hubs/registry.h"
#include "record/record.h"

namespace hubcache::adoption {
namespace {

using std::filesystem::path;

/// The places that were found, to add each once. Two paths can be the same folder, by a bind mount. A symlink is not
/// the same folder as its target.
class FoundPlaces {
 public:
  using Id = std::array<std::uint64_t, 3>;
  struct Names {
    std::string root;
    std::optional<std::pair<Id, Id>> folders;  ///< the place and its record folder; nullopt: cannot be examined
  };

  static Names names_of(const hub::Place& place) {
    const auto root = fs::status_of(place.root), record = fs::status_of(place.record);
    if (!root || !record) return {place.root.native(), std::nullopt};
    return {place.root.native(), std::pair(id_of(*root), id_of(*record))};
  }
  /// Returns true for the same path, and for the same folder with the same record folder. Missing folders count as the
  /// same.
  bool contains(const Names& names) const {
    return roots_.contains(names.root) || (names.folders && folders_.contains(*names.folders));
  }
  void add(const Names& names) {
    roots_.insert(names.root);
    if (names.folders) folders_.insert(*names.folders);
  }

 private:
  static Id id_of(const fs::Status& status) {
    return {static_cast<std::uint64_t>(status.kind), status.device, status.stamp.inode};
  }
  std::unordered_set<std::string> roots_;
  std::set<std::pair<Id, Id>> folders_;
};

/// Takes the repo and the target from the record. If the record cannot be read, leaves the site unchanged: the command
/// reports the error when it loads the record.
void believe_record(Site& site, const record::OpenedRecord& opened, record::Trust trust) {
  const auto record = record::load_header(site.place.record, opened, trust);
  if (!record || !*record) return;
  const auto id = RepoId::parse((*record)->repo_id);
  const auto target = hubs::find_target((*record)->target);
  if (id) site.repo.id = *id;
  site.repo.type = (*record)->type;
  if (target) site.target = *target;
}

/// True if the file exists or cannot be examined.
bool may_be_there(const path& name) {
  const auto status = fs::status_of(name);
  return !status || status->kind != fs::Kind::missing;
}

/// Returns an Error if the place exists and this user may not list it.
Result<void> check_open(const path& root) {
  if (TRY(fs::status_of_target(root)).kind != fs::Kind::folder || fs::may_look_into(root)) return {};
  return Error{ErrorCode::failed, say("cannot read {}: Permission denied", in_quotes(root.native())),
               say("ask the owner of the folder for read permission")};
}

/// Returns the site with the remembered folders, whatever the environment names now.
Result<Site> remembered_site(const Environment& environment, const hub::Target& target, const record::KnownPlace& known,
                             const RepoId& id) {
  auto given = target.layout.place_in(known.root);
  hub::Place place = given ? *std::move(given) : TRY(target.layout.locate(environment, known.type, id));
  place.root = known.root;
  place.temporary = known.temporary;
  place.record = known.record;
  if (!known.has_index) place.index = nullptr;
  else if (!place.index) place.index = target.rules.index();
  return Site{&target, {known.type, id, TRY(default_revision(target))}, std::move(place)};
}

class Collector {
 public:
  Collector(const Environment& environment, const Selection& selection)
      : environment_(environment), selection_(selection) {}

  Result<Found> run() {
    TRY(select_targets());
    TRY(selection_.repo_ids.empty() ? add_all() : add_asked());
    return std::move(found_);
  }

 private:
  Result<void> select_targets() {
    for (const std::string& name : selection_.targets) TRY(select_target(name));
    if (targets_.empty() && selection_.place && !selection_.repo_ids.empty())
      targets_.push_back(TRY(hubs::find_target(target_of_place(selection_.hub))));
    if (!targets_.empty()) return {};
    for (const hub::Target* target : hubs::targets()) {
      if (!selection_.hub || &target->hub == selection_.hub) targets_.push_back(target);
    }
    return {};
  }

  /// Selects the target. Without repo ids, which tell the hub, selects all targets that share the name.
  Result<void> select_target(const std::string& name) {
    const hub::Target* named = TRY(hubs::find_target(name));
    targets_.push_back(named);
    for (const hub::Target* target :
         selection_.repo_ids.empty() ? hubs::targets() : std::span<const hub::Target* const>()) {
      if (target != named && target->shared_name == name) targets_.push_back(target);
    }
    return {};
  }

  std::vector<RepoType> types() const {
    return selection_.type ? std::vector{*selection_.type} : std::vector{RepoType::model, RepoType::dataset};
  }

  Result<void> add_all() {
    for (const hub::Target* target : targets_) {
      for (const RepoType type : types()) {
        hub::Places places = target->layout.places(environment_, type);
        std::ranges::move(places.unreadable, std::back_inserter(found_.unreadable));
        for (auto& [id, place] : places.found)
          add({target, {type, id, TRY(default_revision(*target))}, std::move(place)});
      }
      TRY(add_remembered(*target, ""));
    }
    return {};
  }

  Result<void> add_asked() {
    for (const std::string& id : selection_.repo_ids) {
      for (const hub::Target* target : targets_) {
        TRY(add_by_id(*target, id));
        if (!selection_.place) TRY(add_remembered(*target, id));
      }
    }
    return {};
  }

  /// Adds the repo's places that exist. Skips a target that is given its folder, unless the user named the target or
  /// the folder: its places are known only if hubcache remembers them. If the user named no target, skips a place that
  /// another repo's record claims.
  Result<void> add_by_id(const hub::Target& target, const std::string& id) {
    if (target.layout.place_in("/") && selection_.targets.empty() && !selection_.place) return {};
    for (const RepoType type : types()) {
      auto site = find_site(environment_, target.name, type, id, "", selection_.place);
      if (!site && site.error().code == ErrorCode::usage) return site.error();
      if (!site) add_unreadable(target, type, TRY(RepoId::parse(id)), std::move(site).error());
      else if (may_be_there(site->place.root) || may_be_there(site->place.record))
        add(*std::move(site), selection_.targets.empty());
    }
    return {};
  }

  Result<void> add_remembered(const hub::Target& target, const std::string& id) {
    if (!known_) known_ = record::known_places(environment_);
    for (const auto& known : *known_) {
      const auto known_id = RepoId::parse(known.repo_id);
      const bool is_asked = id.empty() || id == known.repo_id;
      const bool is_there = may_be_there(known.record) || may_be_there(known.root);
      if (known.target != target.name || !known_id || !is_asked || !is_there) continue;
      if (selection_.type && *selection_.type != known.type) continue;
      auto site = remembered_site(environment_, target, known, *known_id);
      if (site) add(*std::move(site));
      else add_unreadable(target, known.type, *known_id, std::move(site).error());
    }
    return {};
  }

  /// Adds a site for a repo whose place cannot be determined; once for each target.
  void add_unreadable(const hub::Target& target, RepoType type, const RepoId& id, Error why) {
    const auto same = [&](const Site& other) { return other.target == &target && other.repo.id == id; };
    if (std::ranges::any_of(found_.sites, same)) return;
    found_.sites.push_back({&target, {type, id, *default_revision(target)}, {}, {}, {}, std::move(why)});
  }

  /// Adds each place once, under the name that was found first: a home directory that is mounted twice leads to one
  /// record. `only_of_this_repo`: skips the place if an adoption of another repo, or of a repo of another hub, is
  /// recorded there.
  void add(Site site, bool only_of_this_repo = false) {
    const FoundPlaces::Names names = FoundPlaces::names_of(site.place);
    if (places_.contains(names)) return;
    const RepoId asked = site.repo.id;
    const hub::Hub& hub = site.target->hub;
    if (auto looked_at = look_at_record(site); !looked_at) site.unreadable = std::move(looked_at).error();
    if (only_of_this_repo && (site.repo.id != asked || &site.target->hub != &hub)) return;
    places_.add(names);
    found_.sites.push_back(std::move(site));
  }

  Result<void> look_at_record(Site& site) {
    TRY(check_open(site.place.root));
    auto record = TRY(record::open_record(site.place.record));
    if (!record || (!record->file && !record->is_behind_symlink)) return {};
    if (!record->objection.empty() && selection_.trust == record::Trust::own) {
      site.objection = std::move(record->objection);
      site.record_owner = std::move(record->owner);
      return {};
    }
    believe_record(site, *record, selection_.trust);
    const record::KnownPlace place = known_place(site);
    if (!known_) known_ = record::known_places(environment_);
    const bool is_known = std::ranges::find(*known_, place) != known_->end();
    if (!is_known) static_cast<void>(record::remember(environment_, place));  // the next command tries again
    return {};
  }

  const Environment& environment_;
  const Selection& selection_;
  std::vector<const hub::Target*> targets_;
  std::optional<std::vector<record::KnownPlace>> known_;  ///< as read when first needed
  FoundPlaces places_;
  Found found_;
};

}  // namespace

Result<Found> standing_sites(const Environment& environment, const Selection& selection) {
  return Collector(environment, selection).run();
}

Result<Found> asked_sites(const Environment& environment, const Selection& selection) {
  Found found = TRY(standing_sites(environment, selection));
  const std::string usual = selection.place ? target_of_place(selection.hub) : default_target(selection.hub);
  const std::string target = selection.targets.empty() ? usual : selection.targets.front();
  for (const std::string& id : selection.repo_ids) {
    auto site = find_site(environment, target, RepoType::model, id, "", selection.place);
    if (!site && site.error().code == ErrorCode::usage) return site.error();
    const auto is_same = [&](const Site& other) {
      return (site && other.place.root == site->place.root) || other.repo.id.str() == id;
    };
    if (!site || std::ranges::any_of(found.sites, is_same)) continue;
    TRY(check_id(*site));
    found.sites.push_back(*std::move(site));
  }
  return found;
}

Result<Found> adopted_sites(const Environment& environment, const Selection& selection) {
  Found found = TRY(standing_sites(environment, selection));
  std::erase_if(found.sites, [](const Site& site) { return !site.unreadable && !is_recorded(site); });
  return found;
}

std::vector<std::string> take_out_others(std::vector<Site>& sites, const std::vector<Error>& unreadable) {
  constexpr std::size_t named_at_most = 10;
  std::vector<std::string> notes, foreign;
  for (const Error& error : unreadable) notes.push_back(error.message);
  std::erase_if(sites, [&](const Site& site) {
    if (site.unreadable) notes.push_back(site.unreadable->message);
    else if (!site.objection.empty())
      foreign.push_back(say("{} in {} ({})", site.repo.id.str(), in_quotes(site.place.root.native()), site.objection));
    return site.unreadable || !site.objection.empty();
  });
  if (foreign.empty()) return notes;
  std::string names;
  for (std::size_t i = 0; i < std::min(foreign.size(), named_at_most); ++i) names += (i > 0 ? ", " : "") + foreign[i];
  if (foreign.size() > named_at_most) names += say(" and {} more", std::to_string(foreign.size() - named_at_most));
  notes.push_back(say("skipped adoptions whose record is not trusted: {}; to include them, add --trust-owner", names));
  return notes;
}

}  // namespace hubcache::adoption
