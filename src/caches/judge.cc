#include "caches/judge.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

#include "adoption/ids.h"
#include "base/language.h"
#include "base/text.h"

namespace hubcache::caches {
namespace {

CachedState state_of(const ExaminedRepo& examined) {
  const Measured& measured = examined.measured;
  if (!examined.is_readable || !measured.unread.empty()) return CachedState::unreadable;
  if (examined.is_adopted) return CachedState::adopted;
  if (!measured.index_error.empty() || measured.broken_links > 0) return CachedState::damaged;
  if (measured.unfinished > 0) return CachedState::partial;
  const bool has_files = measured.files > 0 || examined.target->layout.anatomy().has_files_elsewhere;
  return has_files ? CachedState::genuine : CachedState::empty;
}

std::string files_text(const CachedFiles& files) {
  return say("{}, {}", counted(files.files, "file"), human_size(files.bytes));
}

/// Notes the names of revisions that have no folder: a client knows their commit, and has downloaded no file of it.
void add_names_without_files(const Measured& measured, CachedRepo& repo) {
  constexpr std::size_t most_named = 5, most_shown = 64;  // most_shown: bytes of a commit
  if (measured.revisions.size() != measured.revision_count) return;
  std::size_t count = 0;
  for (const auto& [name, commit] : measured.names) {
    if (std::ranges::binary_search(measured.revisions, commit) || ++count > most_named) continue;
    repo.notes.push_back(say("{} is commit {}, of which there are no files", printable(name),
                             printable(std::string_view(commit).substr(0, most_shown))));
  }
  if (count > most_named)
    repo.notes.push_back(
        say("other names of commits of which there are no files: {}", std::to_string(count - most_named)));
}

void add_notes(const Measured& measured, CachedRepo& repo) {
  for (const Error& error : measured.unread) repo.notes.push_back(error.message);
  for (const Error& error : measured.not_entered) repo.notes.push_back(error.message);
  if (!measured.not_entered.empty())
    repo.notes.push_back(say("the repo occupies at least {}", human_size(repo.disk_size)));
  if (measured.root == fs::Kind::symlink)
    repo.notes.push_back(
        say("the cache folder {} is a symlink, so its files are not counted", in_quotes(repo.place.native())));
  if (!measured.index_error.empty())
    repo.notes.push_back(say("the client cannot read its index: {}", measured.index_error));
  if (measured.broken_links > 0)
    repo.notes.push_back(say("broken symlinks of the client: {}", std::to_string(measured.broken_links)));
  add_names_without_files(measured, repo);
  if (measured.temporary.files > 0)
    repo.notes.push_back(measured.unfinished > 0
                             ? say("unfinished downloads: {}", files_text(measured.temporary))
                             : say("left over from downloads that were completed: {}", files_text(measured.temporary)));
  if (measured.aside.files > 0)
    repo.notes.push_back(
        say("hubcache keeps files that it moved out of the cache folder: {}", files_text(measured.aside)));
}

/// Returns the names of the revisions; of a revision without a name, its folder.
std::vector<std::string> revision_names(const Measured& measured) {
  std::set<std::string> names(measured.revisions.begin(), measured.revisions.end());
  std::set<std::string> named;
  for (const auto& [name, folder] : measured.names) {
    if (names.contains(folder)) named.insert(folder);
  }
  for (const std::string& folder : named) names.erase(folder);
  for (const auto& [name, folder] : measured.names) {
    if (named.contains(folder)) names.insert(name);
  }
  return {names.begin(), names.end()};
}

void add_revisions(const ExaminedRepo& examined, CachedRepo& repo) {
  const bool has_folders = examined.measured.revision_count > 0;
  if (has_folders) repo.revisions = revision_names(examined.measured);
  repo.revision_count = has_folders
                            ? examined.measured.revision_count
                            : std::max<std::uint64_t>(repo.revisions.size(), examined.measured.files > 0 ? 1 : 0);
}

std::string owner_of(const std::string& id) {
  const auto slash = id.find('/');
  return slash == id.npos ? "" : id.substr(0, slash);
}

/// The repos of one part of the tree.
using Group = std::vector<const ExaminedRepo*>;

DiskUsage sum_of(std::string name, const Group& group) {
  DiskUsage sum{.name = std::move(name)};
  sum.disk_size = disk_size_of(group);
  sum.repos = group.size();
  for (const ExaminedRepo* one : group) sum.files += one->measured.files;
  return sum;
}

void sort_by_size(std::vector<DiskUsage>& parts) {
  std::ranges::stable_sort(parts, std::ranges::greater(), &DiskUsage::disk_size);
}

/// Splits the group by `name_of`, in alphabetical order.
template <class NameOf>
std::map<std::string, Group> split(const Group& group, NameOf name_of) {
  std::map<std::string, Group> parts;
  for (const ExaminedRepo* one : group) parts[name_of(*one)].push_back(one);
  return parts;
}

DiskUsage owner_usage(const std::string& owner, const Group& group) {
  DiskUsage sum = sum_of(owner, group);
  for (const ExaminedRepo* one : group) {
    const std::string& id = one->repo.repo_id;
    DiskUsage& part = sum.parts.emplace_back(sum_of(owner.empty() ? id : id.substr(owner.size() + 1), {one}));
    part.target = one->repo.target;
    part.type = one->repo.type;
    part.place = one->repo.place;
  }
  sort_by_size(sum.parts);
  return sum;
}

DiskUsage hub_usage(const std::string& title, const Group& group) {
  DiskUsage sum = sum_of(title, group);
  for (const auto& [owner, its] : split(group, [](const ExaminedRepo& one) { return owner_of(one.repo.repo_id); }))
    sum.parts.push_back(owner_usage(owner, its));
  sort_by_size(sum.parts);
  return sum;
}

}  // namespace

CachedRepo judged(const ExaminedRepo& examined) {
  const Measured& measured = examined.measured;
  CachedRepo repo = examined.repo;
  repo.state = state_of(examined);
  const ExaminedRepo* const one = &examined;
  repo.disk_size = disk_size_of({&one, 1});
  repo.content_size = measured.content_size;
  for (const LinkedFile& file : measured.linked) repo.content_size += file.content_size;
  repo.files = measured.files;
  repo.last_use = measured.last_use;
  repo.temporary = measured.temporary;
  repo.aside = measured.aside;
  add_revisions(examined, repo);
  add_notes(measured, repo);
  return repo;
}

std::uint64_t disk_size_of(std::span<const ExaminedRepo* const> repos) {
  std::uint64_t bytes = 0;
  std::vector<LinkedFile> linked;
  for (const ExaminedRepo* one : repos) {
    bytes += one->measured.disk_size;
    linked.insert(linked.end(), one->measured.linked.begin(), one->measured.linked.end());
  }
  make_unique(linked);
  return std::accumulate(linked.begin(), linked.end(), bytes,
                         [](std::uint64_t sum, const LinkedFile& file) { return sum + file.disk_size; });
}

DiskUsage usage_of(const std::vector<ExaminedRepo>& repos) {
  Group all;
  for (const ExaminedRepo& one : repos) all.push_back(&one);
  DiskUsage total = sum_of("", all);
  for (const auto& [title, its] :
       split(all, [](const ExaminedRepo& one) { return std::string(one.target->hub.title); }))
    total.parts.push_back(hub_usage(title, its));
  sort_by_size(total.parts);
  return total;
}

}  // namespace hubcache::caches
