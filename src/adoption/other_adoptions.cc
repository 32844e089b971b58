#include "adoption/other_adoptions.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <span>

#include <unistd.h>

#include "adoption/command_line.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/file.h"
#include "fs/nesting.h"
#include "hub/record_folder.h"
#include "hubs/registry.h"

namespace hubcache::adoption {
namespace {

using fs::Nesting;
using std::filesystem::path;
using KnownPlaces = std::vector<record::KnownPlace>;

/// A place, prepared for comparison with other places. A place that is a symlink will be moved aside as a symlink, so
/// its own location counts, not its target.
class PlaceToCompare {
 public:
  static Result<PlaceToCompare> of(const path& root) {
    const bool is_link = TRY(fs::status_of(root)).kind == fs::Kind::symlink;
    return PlaceToCompare(TRY(fs::Ancestry::of(is_link ? root.parent_path() : root)), is_link);
  }

  /// True if the places overlap. False if the other place cannot be examined: an unreachable place elsewhere must not
  /// prevent an adoption here.
  bool overlaps_with(const hub::Place& other) {
    return overlaps_with(other.root) || overlaps_with(other.record) || overlaps_with(other.temporary);
  }

  /// Returns how the place lies to the folder. A symlink at the place lies in its parent folder and contains nothing.
  Nesting nesting_with(const path& folder) const {
    const auto other = fs::Ancestry::of(folder);
    const Nesting nesting = other ? fs::nesting(folder_, *other) : Nesting::apart;
    if (!is_link_) return nesting;
    return nesting == Nesting::same || nesting == Nesting::inside ? Nesting::inside : Nesting::apart;
  }

 private:
  PlaceToCompare(fs::Ancestry folder, bool is_link) : folder_(std::move(folder)), is_link_(is_link) {}

  bool overlaps_with(const path& name) { return folder_.has(name).value_or(false) || (!is_link_ && holds(name)); }

  bool holds(const path& name) {
    const auto status = fs::status_of(name);
    if (!status || status->kind == fs::Kind::symlink) return status && is_or_holds(name);
    const auto [known, is_new] = is_or_holds_.try_emplace(name.parent_path());
    if (is_new) known->second = is_or_holds(name.parent_path());
    return known->second;
  }

  bool is_or_holds(const path& name) const {
    const Nesting nesting = nesting_with(name);
    return nesting == Nesting::same || nesting == Nesting::around;
  }

  fs::Ancestry folder_;
  bool is_link_;
  std::map<path, bool> is_or_holds_;  ///< by folder, because many places share a parent folder
};

bool is_same_record(const path& one, const path& other) {
  if (one == other) return true;
  const auto first = fs::status_of(one), second = fs::status_of(other);
  return first && second && fs::is_same_file(*first, *second);
}

/// True if this user or root owns every existing file of the record: another user must not be able to prevent an
/// adoption.
bool is_of_own_user(const path& record) {
  return std::ranges::all_of(std::array{record, record / "record.jsonl"}, [](const path& name) {
    const auto status = fs::status_of(name);
    return status && (status->kind == fs::Kind::missing || status->owner == geteuid() || status->owner == 0);
  });
}

/// Takes the target, type and id from the record. Returns false if the site is not an adoption.
bool is_adoption(Site& site, record::Trust trust) {
  const auto opened = record::open_record(site.place.record);
  if (!opened) {
    if (trust == record::Trust::own && !is_of_own_user(site.place.record)) return false;
    site.unreadable = opened.error();
    return true;
  }
  if (!*opened || !(*opened)->file || (trust == record::Trust::own && !(*opened)->objection.empty())) return false;
  const auto header = record::load_header(site.place.record, **opened, trust);
  if (!header) {
    if (trust == record::Trust::own && !is_of_own_user(site.place.record)) return false;
    site.unreadable = header.error();
    return true;
  }
  const auto id = RepoId::parse((*header)->repo_id);
  const auto target = hubs::find_target((*header)->target);
  if (!id || !target) return false;
  // The places of several targets have their records at the same path.
  if (site.target->layout.place_in(site.place.root) && *target != site.target) return false;
  site.target = *target;
  site.repo.type = (*header)->type;
  site.repo.id = *id;
  return true;
}

/// Returns a site with the folders of a remembered place. Omits the rest of the Place, which would need disk access.
std::optional<Site> remembered(const record::KnownPlace& known, const Site& site) {
  const auto target = hubs::find_target(known.target);
  if (!target) return std::nullopt;
  hub::Place place;
  place.root = known.root;
  place.temporary = known.temporary;
  place.record = known.record;
  if (known.has_index) place.index = (*target)->rules.index();
  return Site{*target, site.repo, std::move(place)};
}

std::vector<Site> possible_sites(const Environment& environment, const Site& site, const KnownPlaces& known_places) {
  std::vector<Site> sites;
  for (const record::KnownPlace& known : known_places) {
    if (auto place = remembered(known, site)) sites.push_back(*std::move(place));
  }
  for (const hub::Target* target : hubs::targets()) {
    for (path folder = site.place.root; folder.has_relative_path(); folder = folder.parent_path()) {
      if (auto place = target->layout.place_in(folder)) sites.push_back({target, site.repo, *std::move(place)});
    }
  }
  // The clients' default places do not overlap with each other. If the user's settings make them overlap, the
  // remembered places reveal it.
  const bool is_given = site.target->layout.place_in(site.place.root).has_value();
  for (const hub::Target* target : is_given ? hubs::targets() : std::span<const hub::Target* const>()) {
    for (const RepoType type : {RepoType::model, RepoType::dataset}) {
      for (auto& [id, place] : target->layout.places(environment, type).found)
        sites.push_back({target, {type, id, site.repo.revision}, std::move(place)});
    }
  }
  return sites;
}

/// Returns the path relative to the folder; its last component may be a symlink. Returns "" if the path is not in the
/// folder.
std::string name_in(const path& folder, const path& name) {
  std::error_code problem;
  const path inner = std::filesystem::weakly_canonical(name.parent_path(), problem) / name.filename();
  const path outer = problem ? path() : std::filesystem::weakly_canonical(folder, problem);
  const std::string relative = problem ? "" : inner.lexically_relative(outer).native();
  return relative == "." || relative.starts_with("..") ? "" : relative;
}

/// Returns the folder in which an adoption has placed its files, derived from the path of its record: for the record
/// X/._hubcache/REST, the folder is X/REST or a folder above X, or one of these followed by REST. Returns "" if none of
/// these folders contains a file of the record.
std::string root_of_record(const hub::View& view, const path& record, const record::Record& adopted) {
  path above = record, rest;
  while (above.has_filename() && above.filename() != hub::own_folder) {
    rest = above.filename() / rest;
    above = above.parent_path();
  }
  const auto holds_an_entry = [&](const path& root) {
    const auto is_there = [&](const record::Entry& entry) {
      return view.file((root / entry.location().str()).native()) != nullptr;
    };
    return std::ranges::any_of(adopted.entries | std::views::take(100), is_there);
  };
  while (above.has_filename()) {
    above = above.parent_path();
    if (!above.empty() && holds_an_entry(above)) return above.native();
    const path nested = (above / rest).lexically_normal();
    if (!rest.empty() && holds_an_entry(nested)) return nested.parent_path().native();
  }
  return "";
}

/// Returns the places of other adoptions whose records are in this place: of any user, remembered or not.
std::vector<std::string> places_recorded_in(const Site& site, const hub::View& view) {
  std::vector<std::string> names;
  for (const hub::PlacedFile& file : view.files) {
    const path name = file.path;
    if (name.filename() != record::file_name || name.native().find(hub::own_folder) == std::string::npos) continue;
    names.push_back(name.parent_path().native());
    const auto adopted = record::load(site.place.root / name.parent_path(), record::Trust::anybody);
    if (adopted && *adopted) names.push_back(root_of_record(view, name.parent_path(), **adopted));
  }
  return names;
}

std::vector<Site> overlapping_adoptions(const Environment& environment, const Site& site,
                                        const KnownPlaces& known_places, PlaceToCompare compared, record::Trust trust) {
  std::vector<Site> overlapping;
  std::set<path> seen;
  for (Site& other : possible_sites(environment, site, known_places)) {
    const bool is_new = seen.insert(other.place.record).second;
    if (!is_new || is_same_record(other.place.record, site.place.record)) continue;
    if (compared.overlaps_with(other.place) && is_adoption(other, trust)) overlapping.push_back(std::move(other));
  }
  return overlapping;
}

/// Returns true if a file that is adopted from `folder` is in the place, which is the folder or lies in it.
bool has_adopted_file(const path& place, const record::KnownPlace& known, const path& folder, record::Trust trust) {
  const std::string relative = name_in(folder, place);
  const auto record = record::load(known.record, trust);
  if (relative.empty() || !record || !*record) return true;  // the folder itself; or assumes the worst
  return std::ranges::any_of((*record)->entries, [&](const record::Entry& entry) {
    return entry.path.str() == relative || entry.path.str().starts_with(relative + "/");
  });
}

/// Returns ErrorCode::conflict if the place contains the folder of another adoption, or if the place is in such a
/// folder and files that are adopted from there are in the place: hubcache never replaces the user's files. `in_place`:
/// the adoption is in place, and so puts no files into the place; then only the first condition counts. Leaves out
/// records that `trust` excludes or that cannot be read.
Result<void> check_holds_no_adopted_files(const Site& site, bool in_place, const KnownPlaces& known_places,
                                          const PlaceToCompare& compared, record::Trust trust) {
  const path& place = site.place.root;
  for (const record::KnownPlace& known : known_places) {
    if (known.record == site.place.record) continue;  // this adoption itself, in the check after its record is saved
    const auto header = record::load_header(known.record, trust);
    if (!header || !*header || (*header)->in_place) continue;
    const path& folder = (*header)->folder;
    const Nesting nesting = compared.nesting_with(folder);
    const bool may_replace = !in_place && (nesting == Nesting::same || nesting == Nesting::inside);
    const bool is_conflict =
        nesting == Nesting::around || (may_replace && has_adopted_file(place, known, folder, trust));
    if (!is_conflict) continue;
    const std::string cache = in_quotes(place.native()), adopted = in_quotes(folder.native());
    const std::string& id = (*header)->repo_id;
    return Error{ErrorCode::conflict,
                 nesting == Nesting::around
                     ? say("the cache folder {} contains the folder {}, from which {} is adopted", cache, adopted, id)
                 : nesting == Nesting::same
                     ? say("the cache folder {} is the folder {}, from which {} is adopted", cache, adopted, id)
                     : say("the cache folder {} is in the folder {}, from which {} is adopted", cache, adopted, id),
                 say("use another cache folder, or first run {}", command_on("release", adoption_at(known)))};
  }
  return {};
}

}  // namespace

std::vector<Site> overlapping_adoptions(const Environment& environment, const Site& site, record::Trust trust) {
  const auto compared = PlaceToCompare::of(site.place.root);
  if (!compared) return {};  // the next use of the place reports the error
  return overlapping_adoptions(environment, site, record::known_places(environment), *compared, trust);
}

Result<void> check_no_overlap(const Environment& environment, const Site& site, bool in_place, record::Trust trust) {
  const auto compared = PlaceToCompare::of(site.place.root);
  if (!compared) return {};  // the next use of the place reports the error
  const auto known_places = record::known_places(environment);
  TRY(check_holds_no_adopted_files(site, in_place, known_places, *compared, trust));
  const auto others = overlapping_adoptions(environment, site, known_places, *compared, trust);
  if (others.empty()) return {};
  const Site& other = others.front();
  const std::string here = in_quotes(site.place.root.native()), there = in_quotes(other.place.root.native());
  if (other.unreadable)
    return Error{ErrorCode::conflict,
                 say("{} and {} are the same folder, or one is inside the other, and {}", here, there,
                     other.unreadable->message),
                 other.unreadable->hint};
  return Error{ErrorCode::conflict,
               say("{} and {}, where {} is adopted for {}, are the same folder, or one is inside the other", here,
                   there, id_with_hub(other.target->hub, other.repo.id.str()), other.target->name),
               say("first run {}", command_on("release", adoption_at(other)))};
}

std::vector<std::string> names_of_others(const Environment& environment, const Site& site, const hub::View& view) {
  std::vector<std::string> names = places_recorded_in(site, view);
  for (const Site& other : overlapping_adoptions(environment, site, record::Trust::anybody)) {
    for (const path& folder : {other.place.root, other.place.record, other.place.temporary})
      names.push_back(name_in(site.place.root, folder));
    const auto add = [&](std::string_view name) { names.push_back(name_in(site.place.root, other.place.root / name)); };
    const auto adopted = record::load(other.place.record, record::Trust::anybody);
    if (!adopted || !*adopted) continue;
    add(other.target->index_name());
    for (const auto& [name, versions] : (*adopted)->metadata_wrote) add(name);
    for (const record::Entry& entry : (*adopted)->entries) add(entry.location().str());
  }
  std::erase(names, "");
  std::ranges::sort(names);
  return names;
}

}  // namespace hubcache::adoption
