#include "duplicates/gather.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include <unistd.h>

#include "base/language.h"
#include "base/path.h"
#include "base/text.h"
#include "base/try.h"
#include "caches/gather.h"
#include "caches/link_target.h"
#include "caches/repo_names.h"
#include "duplicates/link.h"
#include "fs/real_path.h"
#include "fs/survey.h"

namespace hubcache::duplicates {
namespace {

using caches::FoundRepo;
using caches::is_at_or_below;
using fs::Descend;
using fs::SurveyedEntry;
using std::filesystem::path;

/// Whether the client never writes through a hard link to a file in the place: it makes a new file elsewhere, and
/// renames it.
bool replaces_by_rename(const FoundRepo& repo) {
  const hub::Rules& rules = repo.examined.target->rules;
  const hub::Place& place = repo.to_measure.place;
  if (!rules.objection(LinkKind::hardlink).empty()) return false;
  // A place without a folder for unfinished downloads has them beside the files.
  if (place.temporary.empty() && repo.to_measure.anatomy->unfinished.empty()) return false;
  const bool moves_by_rename =
      place.temporary.empty() || fs::same_file_system(place.root.parent_path(), place.temporary).value_or(false);
  return std::ranges::any_of(rules.link_order(moves_by_rename),
                             [](LinkKind kind) { return kind == LinkKind::hardlink || kind == LinkKind::symlink; });
}

/// Whether one folder is the other, or is below it.
bool overlap(const path& one, const path& other) {
  return is_at_or_below(one.native(), other.native()) || is_at_or_below(other.native(), one.native());
}

class Gatherer {
 public:
  Gatherer(const Environment& environment, const DedupeRequest& request)
      : environment_(environment), request_(request), user_(geteuid()) {}

  Result<Files> run() {
    const auto all = TRY(caches::find_repos(environment_, {}, files_.notes));
    for (const FoundRepo& repo : all) {
      if (repo.examined.is_adopted && !repo.examined.repo.folder.empty())
        adopted_.push_back(fs::real_path(repo.examined.repo.folder));
    }
    if (request_.targets.empty()) {
      for (const FoundRepo& repo : all) TRY(add(repo));
    } else {
      for (const FoundRepo& repo : TRY(caches::find_repos(environment_, request_.targets, files_.notes)))
        TRY(add(repo));
    }
    for (const path& folder : request_.folders) TRY(add_folder(folder));
    sort();
    return std::move(files_);
  }

 private:
  Result<void> add(const FoundRepo& repo) {
    const auto& [target, place, anatomy, is_adopted] = repo.to_measure;
    if (!repo.examined.is_readable) {
      files_.notes.insert(files_.notes.end(), repo.examined.repo.notes.begin(), repo.examined.repo.notes.end());
      return {};
    }
    const caches::RepoNames names(*target, *anatomy);
    const path root = fs::real_path(place.root);
    const bool is_of_user =
        is_adopted || std::ranges::any_of(adopted_, [&](const path& folder) { return overlap(folder, root); });
    const bool is_linkable = !is_of_user && replaces_by_rename(repo);
    const bool has_temporary_inside = anatomy->temporary == hub::Temporary::unfinished &&
                                      is_at_or_below(place.temporary.native(), place.root.native());
    TRY(survey(place.root, [&](const SurveyedEntry& entry, FileName& name) {
      if (has_temporary_inside && place.root / entry.path == place.temporary) return Descend::no;
      name.may_be_linked = is_linkable && (names.is_file_of_repo(entry.path) || names.is_content(entry.path));
      return take(entry, name, is_linkable, !hub::is_unfinished(*anatomy, entry.path));
    }));
    if (!anatomy->shared_contents.empty())
      TRY(add_shared(place.root.parent_path() / anatomy->shared_contents, *anatomy));
    if (place.record.empty() || is_at_or_below(place.record.native(), place.root.native())) return {};
    return survey(place.record,
                  [&](const SurveyedEntry& entry, FileName& name) { return take(entry, name, false, true); });
  }

  /// Adds the contents that several repos share. Their client keeps a list of their users, so they keep their names.
  Result<void> add_shared(const path& folder, const hub::Anatomy& anatomy) {
    if (!seen_folders_.insert(folder.native()).second) return {};
    return survey(folder, [&](const SurveyedEntry& entry, FileName& name) {
      return take(entry, name, false, !hub::is_unfinished(anatomy, entry.path));
    });
  }

  Result<void> add_folder(const path& named) {
    const path folder = absolute_path(environment_.working_folder, named);
    const auto status = TRY(fs::status_of_target(folder));
    if (status.kind != fs::Kind::folder) {
      const std::string shown = in_quotes(named.native());
      return Error{
          ErrorCode::failed,
          status.kind == fs::Kind::missing ? say("folder not found: {}", shown) : say("{} is not a folder", shown),
          say("pass folders whose files are compared with those of the caches")};
    }
    return survey(fs::real_path(folder),
                  [&](const SurveyedEntry& entry, FileName& name) { return take(entry, name, false, true); });
  }

  template <class Visit>
  Result<void> survey(const path& folder, Visit visit) {
    const auto number = static_cast<std::uint32_t>(files_.folders.size());
    files_.folders.push_back(folder);
    const fs::Root root(folder);
    const fs::Survey done = TRY(fs::survey({root, ""}, [&](const SurveyedEntry& entry) {
      FileName name{number, {}};
      return visit(entry, name);
    }));
    for (const auto* errors : {&done.unread, &done.not_entered}) {
      for (const Error& error : *errors) files_.notes.push_back(error.message);
    }
    return {};
  }

  /// `is_whole`: the file is not an unfinished download.
  Descend take(const SurveyedEntry& entry, FileName& name, bool may_have_left_over, bool is_whole) {
    if (entry.kind != fs::Kind::file || entry.path.empty()) return Descend::yes;
    name.path = entry.path;
    if (is_left_over(entry.name)) {
      if (may_have_left_over) files_.left_over.push_back(std::move(name));
      return Descend::yes;
    }
    if (!is_whole || entry.stamp.size < smallest) return Descend::yes;
    if (entry.owner != user_) {
      ++files_.of_others;
      files_.of_others_bytes += entry.stamp.size;
      return Descend::yes;
    }
    const auto [found, is_new] =
        numbers_.try_emplace({entry.device, entry.stamp.inode}, static_cast<std::uint32_t>(files_.files.size()));
    if (is_new) files_.files.push_back({{entry.device, entry.stamp}, entry.disk_size, entry.links, {}});
    add_name(files_.files[found->second], std::move(name));
    return Descend::yes;
  }

  /// A requested folder may lie in a cache, or contain one: then it has the same names.
  void add_name(File& file, FileName name) {
    const path added = files_.path_of(name);
    const bool is_known =
        std::ranges::any_of(file.names, [&](const FileName& known) { return files_.path_of(known) == added; });
    if (!is_known) file.names.push_back(std::move(name));
  }

  void sort() {
    const auto key = [](const FileName& name) { return std::tie(name.folder, name.path); };
    for (File& file : files_.files) std::ranges::sort(file.names, {}, key);
    std::ranges::sort(files_.files, {}, [&](const File& file) { return key(file.names.front()); });
  }

  const Environment& environment_;
  const DedupeRequest& request_;
  const std::uint32_t user_;
  std::vector<path> adopted_;  ///< the users' folders of all adoptions
  std::set<std::string> seen_folders_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint32_t> numbers_;  ///< by device and inode
  Files files_;
};

}  // namespace

Result<Files> gather(const Environment& environment, const DedupeRequest& request) {
  return Gatherer(environment, request).run();
}

}  // namespace hubcache::duplicates
