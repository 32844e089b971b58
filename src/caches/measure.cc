#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <unordered_set>

#include <unistd.h>

#include "base/text.h"
#include "base/time_text.h"
#include "base/try.h"
#include "caches/link_target.h"
#include "caches/measured.h"
#include "caches/repo_names.h"
#include "fs/survey.h"

namespace hubcache::caches {
namespace {

using fs::Descend;
using fs::SurveyedEntry;
using std::filesystem::path;

constexpr std::size_t most_listed = 100;          // revisions and their names
constexpr std::uint64_t largest_name = 4096;      // bytes of a file that names a revision
constexpr int most_symlinks = 40;                 // that lead to each other, as in Linux
constexpr std::size_t worth_sorting = 1'000'000;  // linked files, after which duplicates are removed

std::string_view last_part(std::string_view name) { return name.substr(name.rfind('/') + 1); }

std::string joined(std::string_view folder, std::string_view name) {
  return folder.empty() || name.empty() ? std::string(folder) + std::string(name)
                                        : std::string(folder) + "/" + std::string(name);
}

class Measurement {
 public:
  explicit Measurement(const RepoToMeasure& repo)
      : repo_(repo),
        anatomy_(*repo.anatomy),
        root_(repo.place.root),
        temporary_inside_(name_below(repo.place.root.native(), repo.place.temporary.native())),
        record_inside_(name_below(repo.place.root.native(), repo.place.record.native())),
        names_(*repo.target, *repo.anatomy) {}

  Result<Measured> run() {
    if (!anatomy_.contents.empty()) TRY(look_at_contents());
    measured_.root = TRY(take_survey({root_, ""}, [this](const auto& entry) { return take(entry); })).kind;
    if (has_own_temporary() && temporary_inside_.empty() && !repo_.place.temporary.empty()) {
      const fs::Root folder(repo_.place.temporary);
      TRY(take_survey({folder, ""}, [this](const auto& entry) { return take_temporary(entry, entry.path); }));
    }
    if (record_inside_.empty() && !repo_.place.record.empty()) {
      const fs::Root folder(repo_.place.record);
      const auto take_entry = [this](const auto& entry) { return take_record(entry, entry.path); };
      measured_.has_own_folder = TRY(take_survey({folder, ""}, take_entry)).kind == fs::Kind::folder;
    }
    check_index();
    make_unique(measured_.linked);
    std::ranges::sort(measured_.revisions);
    return std::move(measured_);
  }

 private:
  Result<fs::Survey> take_survey(const fs::Name& folder, const fs::VisitSurveyed& visit) {
    fs::Survey survey = TRY(fs::survey(folder, visit));
    std::ranges::move(survey.unread, std::back_inserter(measured_.unread));
    std::ranges::move(survey.not_entered, std::back_inserter(measured_.not_entered));
    return survey;
  }

  bool has_own_temporary() const { return anatomy_.temporary == hub::Temporary::unfinished; }

  /// The contents come first: the symlinks of the revisions are then compared with their names.
  Result<void> look_at_contents() {
    TRY(take_survey({root_, anatomy_.contents}, [this](const SurveyedEntry& entry) {
      take_content(entry, joined(anatomy_.contents, entry.path));
      return Descend::yes;
    }));
    return {};
  }

  void take_content(const SurveyedEntry& entry, const std::string& name) {
    if (entry.kind == fs::Kind::folder) return count(entry);
    if (hub::is_unfinished(anatomy_, name)) {
      count(entry);
      return take_unfinished(entry, name);
    }
    count_content(entry);
    if (entry.kind == fs::Kind::symlink) count_shared(name, target_of(entry));
    else contents_.insert(std::hash<std::string_view>()(name));
  }

  Descend take(const SurveyedEntry& entry) {
    if (!anatomy_.contents.empty() && entry.path == anatomy_.contents) return Descend::no;
    if (is_at_or_below(entry.path, record_inside_))
      return take_record(entry, entry.path.substr(std::min(entry.path.size(), record_inside_.size() + 1)));
    if (has_own_temporary() && is_at_or_below(entry.path, temporary_inside_))
      return take_temporary(entry, entry.path.substr(std::min(entry.path.size(), temporary_inside_.size() + 1)));
    if (entry.kind == fs::Kind::folder) {
      count(entry);
      take_folder(entry.path);
    } else if (hub::is_unfinished(anatomy_, entry.path)) {
      count(entry);
      take_unfinished(entry, entry.path);
    } else if (names_.is_file_of_repo(entry.path)) {
      take_file(entry);
    } else {
      count(entry);
      take_name(entry);
    }
    return Descend::yes;
  }

  Descend take_temporary(const SurveyedEntry& entry, std::string_view relative) {
    count(entry);
    if (entry.kind != fs::Kind::folder && !relative.ends_with(hub::lock_ending)) take_unfinished(entry, relative);
    return Descend::yes;
  }

  /// The files in displaced/ and kept/ are the only ones that are not there a second time.
  Descend take_record(const SurveyedEntry& entry, std::string_view relative) {
    count(entry);
    const bool is_kept = is_at_or_below(relative, "displaced") || is_at_or_below(relative, "kept");
    if (entry.kind == fs::Kind::folder || !is_kept) return Descend::yes;
    ++measured_.aside.files;
    measured_.aside.bytes += entry.stamp.size;
    return Descend::yes;
  }

  void take_folder(std::string_view name) {
    const auto slash = name.rfind('/');
    const bool is_revision =
        !anatomy_.revisions.empty() && slash != name.npos && name.substr(0, slash) == anatomy_.revisions;
    if (!is_revision) return;
    ++measured_.revision_count;
    if (measured_.revisions.size() < most_listed) measured_.revisions.emplace_back(last_part(name));
  }

  void take_file(const SurveyedEntry& entry) {
    if (entry.kind == fs::Kind::file || entry.kind == fs::Kind::symlink) ++measured_.files;
    count_content(entry);
    if (entry.kind != fs::Kind::symlink) return;
    if (repo_.is_adopted) note_use(entry);  // reading the symlink would change its time of the last access
    else if (!leads_to_something(std::string(entry.path), target_of(entry))) ++measured_.broken_links;
  }

  /// Notes a name of a revision.
  void take_name(const SurveyedEntry& entry) {
    const bool is_name = !anatomy_.names.empty() && is_at_or_below(entry.path, anatomy_.names);
    if (!is_name || entry.kind != fs::Kind::file || measured_.names.size() >= most_listed) return;
    if (auto text = fs::read_file({root_, entry.path}, largest_name))
      measured_.names.emplace(entry.path.substr(anatomy_.names.size() + 1), *std::move(text));
  }

  void take_unfinished(const SurveyedEntry& entry, std::string_view name) {
    ++measured_.temporary.files;
    measured_.temporary.bytes += entry.stamp.size;
    if (!is_there(hub::finished_name(anatomy_, name))) ++measured_.unfinished;
  }

  bool is_there(const std::string& name) const {
    const auto status = fs::status_of(fs::Name(root_, name));
    return !status || status->kind != fs::Kind::missing;
  }

  static std::string target_of(const SurveyedEntry& link) {
    std::array<char, 4096> buffer;
    const ssize_t length = readlinkat(link.folder, link.name, buffer.data(), buffer.size());
    return {buffer.data(), length < 0 ? 0 : static_cast<std::size_t>(length)};
  }

  /// `link`: relative to the root. A symlink out of the place is not followed: it counts as one to something, unless it
  /// leads to a missing content of those that several repos share.
  bool leads_to_something(std::string link, std::string target) const {
    for (int step = 0; step < most_symlinks; ++step) {
      auto inside = link_target(repo_.place.root.native(), link, target);
      if (!inside) return !is_missing_shared(link, target);
      if (contents_.contains(std::hash<std::string_view>()(*inside))) return true;
      const fs::Name name(root_, *inside);
      const auto status = fs::status_of(name);
      if (!status || status->kind != fs::Kind::symlink) return !status || status->kind != fs::Kind::missing;
      auto next = fs::read_symlink(name);
      if (!next) return true;
      link = *std::move(inside);
      target = *std::move(next);
    }
    return false;
  }

  /// Returns the name of the shared content to which the symlink leads, relative to the folder above the root.
  std::optional<std::string> shared_name(std::string_view link, std::string_view target) const {
    if (anatomy_.shared_contents.empty()) return std::nullopt;
    const path& root = repo_.place.root;
    auto name = link_target(root.parent_path().native(), joined(root.filename().native(), link), target);
    return name && is_at_or_below(*name, anatomy_.shared_contents) ? std::move(name) : std::nullopt;
  }

  bool is_missing_shared(std::string_view link, std::string_view target) const {
    const auto name = shared_name(link, target);
    if (!name) return false;
    const auto status = fs::status_of_target(repo_.place.root.parent_path() / *name);
    return status && status->kind == fs::Kind::missing;
  }

  /// Counts a content that several repos share.
  void count_shared(std::string_view link, std::string_view target) {
    const auto name = shared_name(link, target);
    if (!name) return;
    if (!shared_) shared_.emplace(repo_.place.root.parent_path());
    static_cast<void>(fs::survey({*shared_, *name}, [&](SurveyedEntry entry) {
      entry.links = 2;
      if (entry.kind == fs::Kind::file) count_content(entry);
      return Descend::no;
    }));
  }

  void count_content(const SurveyedEntry& entry) {
    if (entry.kind != fs::Kind::file) return count(entry);
    count(entry, entry.stamp.size);
    note_use(entry);
  }

  void note_use(const SurveyedEntry& entry) {
    if (entry.used < 0 || entry.used > last_second_with_text) return;
    measured_.last_use = std::max(measured_.last_use.value_or(0), entry.used);
  }

  void count(const SurveyedEntry& entry, std::uint64_t content_size = 0) {
    if (entry.kind == fs::Kind::folder || entry.links < 2) {
      measured_.disk_size += entry.disk_size;
      measured_.content_size += content_size;
      return;
    }
    measured_.linked.push_back({entry.device, entry.stamp.inode, entry.disk_size, content_size});
    if (measured_.linked.size() < sort_at_) return;
    make_unique(measured_.linked);
    sort_at_ = std::max(worth_sorting, 2 * measured_.linked.size());
  }

  /// Judges the index as `status` does.
  void check_index() {
    const hub::Index* index = repo_.place.index;
    if (!index || measured_.root != fs::Kind::folder) return;
    const path file = root_.path_of(index->name);
    if (const auto status = fs::status_of_target(file); status && status->kind == fs::Kind::missing) return;
    const auto bytes = fs::read_file(file, hub::largest_index);
    if (!bytes) {
      measured_.index_error = bytes.error().message;
      return;
    }
    if (const auto records = index->for_bytes(*bytes).read(*bytes); !records)
      measured_.index_error = in_quotes(file.native()) + ": " + records.error().message;
  }

  const RepoToMeasure& repo_;
  const hub::Anatomy& anatomy_;
  const fs::Root root_;
  std::optional<fs::Root> shared_;  ///< the folder with shared contents
  const std::string temporary_inside_, record_inside_;
  const RepoNames names_;
  std::unordered_set<std::size_t> contents_;  ///< hashes of the names: a name may be long
  std::size_t sort_at_ = worth_sorting;
  Measured measured_;
};

}  // namespace

void make_unique(std::vector<LinkedFile>& files) {
  std::ranges::sort(files, std::greater<>());  // of the same file, the one with the larger content is left
  const auto same = [](const LinkedFile& a, const LinkedFile& b) { return a.device == b.device && a.inode == b.inode; };
  const auto rest = std::ranges::unique(files, same);
  files.erase(rest.begin(), rest.end());
}

Result<Measured> measure(const RepoToMeasure& repo) { return Measurement(repo).run(); }

}  // namespace hubcache::caches
