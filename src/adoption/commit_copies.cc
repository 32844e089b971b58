#include "adoption/commit_copies.h"

#include <algorithm>
#include <optional>
#include <set>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/root.h"
#include "fs/walk.h"

namespace hubcache::adoption {
namespace {

using hub::CommitCopy;
using record::Entry;
using record::Record;
using std::filesystem::path;

constexpr std::uint64_t largest_module = 64ull << 20;  // bytes

/// The entries of one adopted revision.
std::vector<const Entry*> entries_of(const Record& record, std::uint16_t revision) {
  std::vector<const Entry*> entries;
  for (const Entry& entry : record.entries) {
    if (std::ranges::find(entry.exact, revision, &record::ExactId::revision) != entry.exact.end())
      entries.push_back(&entry);
  }
  return entries;
}

/// Returns true if a Python file of the copy differs from the adopted file of the same path, or if there is no such
/// adopted file. Ignores empty __init__.py files: transformers makes one in each folder.
Result<bool> holds_other_code(const fs::Name& copy, const Record& record, const std::vector<const Entry*>& entries) {
  std::set<std::string_view> adopted;
  for (const Entry* entry : entries) adopted.insert(entry->path.str());
  std::vector<std::string> modules;
  TRY(fs::walk_below(copy, [&](const std::string& name, const fs::Status& status) {
    const bool is_made = name.ends_with("__init__.py") && status.stamp.size == 0;
    if (status.kind == fs::Kind::file && name.ends_with(".py") && !is_made) modules.push_back(name);
    return status.kind == fs::Kind::folder ? fs::Descend::yes : fs::Descend::no;
  }));
  for (const std::string& name : modules) {
    const bool is_there =
        adopted.contains(name) && TRY(fs::status_of_target(record.folder / name)).kind == fs::Kind::file;
    if (!is_there || !TRY(fs::has_bytes(copy / name, TRY(fs::read_file(record.folder / name, largest_module)))))
      return true;
  }
  return false;
}

/// Estimates when the adopted file got its present content: the later of the time at which it was placed and its mtime.
/// If the mtime differs from the recorded one, uses the ctime instead, because a program may have set the mtime back.
Result<std::int64_t> time_of_change(const Record& record, const Entry& entry) {
  const auto present = TRY(fs::status_of_target(record.folder / entry.path.str())).stamp;
  const std::int64_t placed = entry.placed_at.value_or(entry.placed ? entry.placed->ctime : 0);
  return std::max(placed, present.mtime == entry.source.mtime ? present.mtime : present.ctime);
}

/// Returns the oldest mtime of the copy's files; nullopt for an empty folder.
Result<std::optional<std::int64_t>> time_of_copy(const fs::Name& copy) {
  std::optional<std::int64_t> first;
  TRY(fs::walk_below(copy, [&](const std::string&, const fs::Status& status) {
    if (status.kind == fs::Kind::file) first = std::min(first.value_or(status.stamp.mtime), status.stamp.mtime);
    return status.kind == fs::Kind::folder ? fs::Descend::yes : fs::Descend::no;
  }));
  return first;
}

Result<bool> is_made_of_older_data(const fs::Name& copy, const Record& record,
                                   const std::vector<const Entry*>& entries) {
  const auto made = TRY(time_of_copy(copy));
  if (!made) return false;
  for (const Entry* entry : entries) {
    if (TRY(time_of_change(record, *entry)) > *made) return true;
  }
  return false;
}

Result<bool> is_outdated(const CommitCopy& copy, const Record& record, const std::vector<const Entry*>& entries) {
  const fs::Root cache(copy.cache);
  const fs::Name folder(cache, copy.name);
  return copy.kind == CommitCopy::Kind::code ? holds_other_code(folder, record, entries)
                                             : is_made_of_older_data(folder, record, entries);
}

/// Adds the copy if it is not in the list yet: two revisions can be one commit.
void add_new(std::vector<CommitCopy>& copies, const CommitCopy& copy) {
  const auto is_same = [&](const CommitCopy& other) { return other.cache == copy.cache && other.name == copy.name; };
  if (std::ranges::none_of(copies, is_same)) copies.push_back(copy);
}

}  // namespace

Result<std::vector<CommitCopy>> commit_copies(const Environment& environment, const Site& site, const Record& record) {
  std::vector<CommitCopy> copies;
  for (const record::AdoptedRevision& revision : record.revisions) {
    for (const CommitCopy& copy : TRY(site.target->rules.commit_copies(environment, site.repo, revision.version)))
      add_new(copies, copy);
  }
  return copies;
}

Result<std::vector<CommitCopy>> outdated_copies(const Environment& environment, const Site& site,
                                                const Record& record) {
  std::vector<CommitCopy> outdated;
  for (std::uint16_t number = 0; const record::AdoptedRevision& revision : record.revisions) {
    const auto copies = TRY(site.target->rules.commit_copies(environment, site.repo, revision.version));
    const auto entries = copies.empty() ? std::vector<const Entry*>() : entries_of(record, number);
    for (const CommitCopy& copy : copies) {
      if (TRY(is_outdated(copy, record, entries))) add_new(outdated, copy);
    }
    ++number;
  }
  return outdated;
}

Result<std::vector<CommitCopy>> outdated_copies(const Environment& environment, const Site& site, record::Trust trust) {
  const auto header = TRY(record::load_header(site.place.record, trust));
  if (!header || TRY(commit_copies(environment, site, *header)).empty()) return std::vector<CommitCopy>();
  const auto record = TRY(record::load(site.place.record, trust));
  return record ? outdated_copies(environment, site, *record) : std::vector<CommitCopy>();
}

Result<std::vector<path>> move_aside(const std::vector<CommitCopy>& copies, const std::string& time) {
  std::vector<path> moved;
  for (const CommitCopy& copy : copies) {
    const fs::Root cache(copy.cache);
    const fs::Name from(cache, copy.name), to(cache, "._hubcache/" + time + "/" + copy.name);
    TRY(fs::make_folders_below(cache, to.parent().relative()));
    if (!TRY(fs::rename_away(from, to))) {
      return Error{ErrorCode::failed,
                   say("{} cannot be moved aside: {} already exists", in_quotes(from.path().native()),
                       in_quotes(to.path().native())),
                   say("run hubcache refresh again")};
    }
    moved.push_back(to.path());
  }
  return moved;
}

std::vector<std::string> names_of(const std::vector<CommitCopy>& copies) {
  std::vector<std::string> names;
  names.reserve(copies.size());
  for (const CommitCopy& copy : copies) names.push_back((copy.cache / copy.name).native());
  return names;
}

}  // namespace hubcache::adoption
