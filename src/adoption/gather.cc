#include "adoption/gather.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>
#include <set>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/nesting.h"
#include "fs/scan.h"
#include "hubs/registry.h"
#include "record/places.h"

namespace hubcache::adoption {
namespace {

/// Returns an Error if `trust` does not accept the record folder. Never accepts a record folder behind a symlink.
Result<void> check_trusted(const std::filesystem::path& record_folder, record::Trust trust) {
  const auto opened = TRY(record::open_record(record_folder));
  const bool is_fine = !opened || opened->objection.empty();
  if (is_fine || (trust == record::Trust::anybody && !opened->is_behind_symlink)) return {};
  return record::foreign_record(record_folder, opened->objection);
}

}  // namespace

Result<Claim> Claim::take(const std::filesystem::path& record_folder, record::Trust trust) {
  TRY(check_trusted(record_folder, trust));
  const int made = TRY(fs::make_own_folder(record_folder));
  TRY(check_trusted(record_folder, trust));  // another user may have created the folder first
  // Whoever may rename the folder must be able to see that it is in use (see Lock::acquire_for).
  auto lock = fs::Lock::acquire_for(record_folder.parent_path(), record_folder / "lock");
  if (!lock) return lock.error();
  if (trust == record::Trust::anybody) static_cast<void>(fs::keep_others_from_writing(record_folder));
  return Claim(record_folder, made, *std::move(lock));
}

Claim::Claim(std::filesystem::path folder, int folders_made, fs::Lock lock)
    : folder_(std::move(folder)), folders_made_(folders_made), lock_(std::move(lock)) {}

Claim::~Claim() {
  if (!lock_) return;
  std::error_code problem;
  if (std::filesystem::exists(folder_ / "record.jsonl", problem)) return;
  // Nothing is adopted here. The folder may still have files in kept/: then it is not empty and stays.
  static_cast<void>(fs::remove_unfinished(folder_));
  static_cast<void>(lock_->remove_file());
  // Removes hubcache's own folders if they are empty, and folders above them only if take() created them.
  bool is_own = true;
  auto folder = folder_;
  for (int level = 0; (is_own || level < folders_made_) && fs::remove_folder_if_empty(folder); ++level) {
    is_own = is_own && folder.filename() != "._hubcache";
    folder = folder.parent_path();
  }
}

Result<void> check_idle(const hub::View& view) {
  if (view.busy.empty()) return {};
  return Error{ErrorCode::conflict,
               say("a client is downloading into {}: {}", in_quotes(view.place.root.native()), view.busy.front()),
               say("wait until the download has ended; if no client is running, delete the lock file and run the "
                   "command again")};
}

Result<hub::View> view_to_change(const Site& site) {
  hub::View view = TRY(site.target->rules.view(site.place));
  if (view.root_is_link) {
    view.files.clear();
    view.index.clear();
    view.sort_out_index();
    if (site.place.index) view.index_state = hub::IndexState::missing;
    view.moves_by_rename = TRY(fs::same_file_system(site.place.root.parent_path(), site.place.temporary));
  }
  return view;
}

namespace {

void append(std::vector<std::string>& names, const std::vector<std::string>& more) {
  names.insert(names.end(), more.begin(), more.end());
}

/// Returns a function that tells whether a symlink leads to a place to which hubcache makes symlinks in working
/// folders: its files are those of another adoption. Reads the known places at the first absolute target.
std::function<bool(const std::string&)> leads_to_place(const Environment& environment) {
  return [&environment, roots = std::optional<std::set<std::string>>()](const std::string& target) mutable {
    if (!target.starts_with('/')) return false;
    if (!roots) {
      roots.emplace();
      for (const record::KnownPlace& known : record::known_places(environment)) {
        const auto of_place = hubs::find_target(known.target);
        if (of_place && (*of_place)->layout.looks_in_working_folder()) roots->insert(known.root.native());
      }
    }
    return roots->contains(target);
  };
}

}  // namespace

Result<LocalTree> scan_folder(const Environment& environment, const std::vector<Site>& sites, const FolderToScan& what,
                              std::vector<std::filesystem::path> forbidden) {
  fs::ScanRules rules{.include = TRY(fs::parse_globs(what.include)),
                      .exclude = TRY(fs::parse_globs(what.exclude)),
                      .skip_anywhere = {},
                      .skip_at_top = {},
                      .skips_link_to = leads_to_place(environment),
                      .forbidden = std::move(forbidden)};
  for (const Site& site : sites) {
    append(rules.skip_anywhere, site.target->layout.own_names());
    append(rules.skip_at_top, site.target->layout.own_names_at_top());
    // If the place is the folder itself, or a symlink to it, symlinks into the place are fine.
    if (TRY(fs::nesting(what.folder, site.place.root)) != fs::Nesting::same) rules.forbidden.push_back(site.place.root);
    for (const std::filesystem::path& other : {site.place.temporary, site.place.record})
      rules.forbidden.push_back(other);
  }
  return fs::scan_tree(what.folder, rules);
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
