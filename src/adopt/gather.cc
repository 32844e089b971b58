#include "adopt/gather.h"

#include <algorithm>
#include <chrono>
#include <ctime>

#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "record/places.h"

namespace hubcache::adoption {
namespace {

/// The folder may be named by way of symlinks; its files are the same.
Result<target::Place> given_place(const Environment& environment, const target::Target& target, const std::filesystem::path& folder) {
  if (folder.empty()) return Error{ErrorCode::usage, "the place is an empty name", "name the folder in which the client looks"};
  const auto name = absolute_path(environment.working_folder, folder);
  std::error_code problem;
  const auto real = std::filesystem::weakly_canonical(name, problem);
  auto place = target.place_in(problem ? name : real);
  if (place) return *std::move(place);
  return Error{ErrorCode::usage, "the target " + std::string(target.name()) + " looks in places of its own",
               "leave --place out, or say --target aistudio-dir for a folder that is given as local_dir"};
}

}  // namespace

Result<Site> find_site(const Environment& environment, std::string_view target, RepoType type, std::string_view repo_id,
                       std::string_view revision, const std::optional<std::filesystem::path>& place) {
  const target::Target* found = TRY(target::find(target));
  RepoRef repo{type, TRY(RepoId::parse(repo_id)), TRY(Revision::parse(revision))};
  target::Place located = TRY(place ? given_place(environment, *found, *place) : found->locate(environment, type, repo.id));
  return Site{found, std::move(repo), std::move(located)};
}

Result<Claim> Claim::take(const std::filesystem::path& record_folder) {
  const int made = TRY(fs::make_folders(record_folder));
  auto lock = fs::Lock::acquire(record_folder / "lock");
  if (!lock) return lock.error();
  return Claim(record_folder, made, *std::move(lock));
}

Claim::Claim(std::filesystem::path folder, int folders_made, fs::Lock lock)
    : folder_(std::move(folder)), folders_made_(folders_made), lock_(std::move(lock)) {}

Claim::~Claim() {
  if (!lock_) return;
  std::error_code problem;
  if (std::filesystem::exists(folder_ / "record.jsonl", problem)) return;
  // Nothing came of it, or all was released: what is kept may still be there, and keeps its folders.
  static_cast<void>(fs::remove_unfinished(folder_));
  static_cast<void>(lock_->remove_file());
  // hubcache's own folders go in any case, what was made above them only if it was made now.
  bool is_own = true;
  auto folder = folder_;
  for (int level = 0; (is_own || level < folders_made_) && fs::remove_folder_if_empty(folder); ++level) {
    is_own = is_own && folder.filename() != "._hubcache";
    folder = folder.parent_path();
  }
}

Result<void> check_idle(const target::View& view) {
  if (view.busy.empty()) return {};
  return Error{ErrorCode::conflict, "a client is downloading into " + in_quotes(view.place.root.native()) + ": " + view.busy.front(),
               "wait until it has ended; if none is running, delete the lock file and try again"};
}

Result<target::View> view_to_change(const Site& site) {
  target::View view = TRY(site.target->view(site.place));
  if (view.root_is_link) {
    view.files.clear();
    view.index.clear();
    view.sort_out_index();
    view.index_state = target::IndexState::missing;
    view.model_meta.reset();
    view.version.reset();
    view.moves_by_rename = TRY(fs::same_file_system(site.place.root.parent_path(), site.place.temporary));
  }
  return view;
}

bool is_anything(const Site& site) {
  const auto root = fs::status_of(site.place.root), record = fs::status_of(site.place.record);
  return (root && root->kind != fs::Kind::missing) || (record && record->kind != fs::Kind::missing);
}

/// All that stands in the target's places, and what hubcache remembers of other places.
Result<std::vector<Site>> all_sites(const Environment& environment, const target::Target& target) {
  std::vector<Site> sites;
  const Revision master = TRY(Revision::parse("master"));
  for (const RepoType type : {RepoType::model, RepoType::dataset}) {
    for (auto& [id, place] : TRY(target.places(environment, type))) {
      sites.push_back({&target, {type, id, master}, place});
      const record::KnownPlace known{std::string(target.name()), type, id.str(), place.root, place.record};
      const bool adopted = std::filesystem::exists(place.record / "record.jsonl");
      if (adopted) static_cast<void>(record::remember(environment, known));  // rebuilds what was lost; a failure costs nothing
    }
  }
  for (const auto& known : record::known_places(environment)) {
    const auto same = [&](const Site& site) { return site.place.root == known.root; };
    const auto id = RepoId::parse(known.repo_id);
    if (!id || known.target != target.name() || std::ranges::any_of(sites, same)) continue;
    auto given = target.place_in(known.root);
    target::Place place = given ? *std::move(given) : TRY(target.locate(environment, known.type, *id));
    place.root = known.root;
    place.record = known.record;
    if (Site site{&target, {known.type, *id, master}, place}; is_anything(site)) sites.push_back(std::move(site));
  }
  return sites;
}

Result<std::vector<Site>> asked_sites(const Environment& environment, const std::string& target, const std::vector<std::string>& repo_ids,
                                      const std::optional<std::filesystem::path>& place) {
  std::vector<Site> sites;
  for (const std::string& id : repo_ids) {
    std::vector<Site> found;
    for (const RepoType type : {RepoType::model, RepoType::dataset}) {
      Site site = TRY(find_site(environment, target, type, id, "master", place));
      if (is_anything(site)) found.push_back(std::move(site));
      if (place) break;  // the same one for either type
    }
    if (found.empty()) found.push_back(TRY(find_site(environment, target, RepoType::model, id, "master", place)));
    std::ranges::move(found, std::back_inserter(sites));
  }
  return sites;
}

std::filesystem::path real_path(const std::filesystem::path& name) {
  std::error_code problem;
  std::filesystem::path resolved = std::filesystem::weakly_canonical(name, problem);
  return problem ? name : resolved;
}

fs::ScanRules scan_rules(const Site& site, const std::filesystem::path& folder, std::vector<fs::Glob> include, std::vector<fs::Glob> exclude) {
  fs::ScanRules rules{.include = std::move(include), .exclude = std::move(exclude), .skip_anywhere = site.target->own_names(),
                      .skip_at_top = site.target->own_names_at_top(), .forbidden = {}};
  // The place may be the folder itself, or a symlink to it: then what leads into it is fine.
  const std::filesystem::path root = real_path(site.place.root);
  if (root != real_path(folder)) rules.forbidden.push_back(root);
  for (const std::filesystem::path& other : {site.place.temporary, site.place.record}) rules.forbidden.push_back(real_path(other));
  return rules;
}

std::string now_iso8601() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  return std::string(text, std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts));
}

std::string compact(std::string time) {
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return time;
}

}  // namespace hubcache::adoption
