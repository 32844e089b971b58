#include "adoption/renewed_stamps.h"

#include <optional>
#include <vector>

#include "base/language.h"
#include "base/text.h"
#include "hash/many.h"

namespace hubcache::adoption {
namespace {

using record::Entry;
using record::Record;
using std::filesystem::path;

constexpr std::int64_t second = 1'000'000'000;

/// True if the times are equal, or equal in seconds and one has no fraction: image layers and other archives store only
/// seconds.
bool is_same_time(std::int64_t a, std::int64_t b) {
  return a == b || (a / second == b / second && (a % second == 0 || b % second == 0));
}

bool may_be_unedited(const FileStamp& before, const FileStamp& now) {
  return before.size == now.size && is_same_time(before.mtime, now.mtime);
}

class Renewer {
 public:
  Renewer(path folder, const hub::View& view, const Custody& custody)
      : folder_(std::move(folder)), view_(view), custody_(custody) {}

  void look_at(Entry& entry) {
    const hub::PlacedFile* file = view_.file(entry.location().str());
    if (!file || !file->exists || file->behind_link || !entry.placed || entry.staged) return;
    const auto placed = fs::status_of(custody_.at(entry));
    if (!placed) return;  // the next change of the file reports the error
    if (entry.link == LinkKind::symlink) return look_at_symlink(entry, *placed);
    if (entry.link == LinkKind::in_place) return look_at_second_link(entry, *placed);
    const auto mine = fs::status_of_target(folder_ / entry.path.str());
    if (mine && placed->kind == fs::Kind::file && mine->kind == fs::Kind::file) look_at_file(entry, *placed, *mine);
  }

  std::uint64_t compare_contents(const path& cache_folder) {
    if (pairs_.empty()) return 0;
    hash::DigestCache cache(cache_folder);
    const auto job = [](std::size_t) { return hash::Job{{.sha256 = true}}; };
    const auto name = [&](std::size_t number) {
      const Pair& pair = pairs_[number / 2];
      return number % 2 == 0 ? custody_.at(*pair.entry).path() : folder_ / pair.entry->path.str();
    };
    std::vector<std::optional<hash::Outcome>> outcomes(pairs_.size() * 2);
    const auto done = [&](std::size_t number, hash::Outcome&& outcome) { outcomes[number] = std::move(outcome); };
    static_cast<void>(hash::digest_files({outcomes.size(), job, name, done}, cache, {}));
    std::uint64_t unlinked = 0;
    for (std::size_t i = 0; i < pairs_.size(); ++i) {
      if (!has_one_content(pairs_[i], outcomes[2 * i], outcomes[2 * i + 1])) continue;
      Entry& entry = *pairs_[i].entry;
      unlinked += entry.link == LinkKind::hardlink;
      if (entry.link == LinkKind::hardlink) entry.link = LinkKind::copy;
      renew(entry, pairs_[i].placed);
      entry.source = pairs_[i].mine;
    }
    return unlinked;
  }

 private:
  static void renew(Entry& entry, const FileStamp& placed) {
    if (!entry.placed_at) entry.placed_at = entry.placed->ctime;
    entry.placed = placed;
  }

  struct Pair {
    Entry* entry;
    FileStamp placed, mine;
  };

  void look_at_symlink(Entry& entry, const fs::Status& placed) const {
    if (placed.kind != fs::Kind::symlink || is_ours(placed, entry)) return;
    const auto text = fs::read_symlink(custody_.at(entry));
    if (text && *text == (folder_ / entry.path.str()).native()) renew(entry, placed.stamp);
  }

  void look_at_second_link(Entry& entry, const fs::Status& placed) const {
    const auto second_link = fs::status_of(custody_.originals(entry.location().str()));
    const bool is_other = entry.placed->inode != placed.stamp.inode;
    if (second_link && is_other && fs::is_same_file(placed, *second_link)) renew(entry, placed.stamp);
  }

  void look_at_file(Entry& entry, const fs::Status& placed, const fs::Status& mine) {
    const bool is_link = entry.link == LinkKind::hardlink;
    if (fs::is_same_file(placed, mine)) {
      if (is_link && entry.placed->inode != placed.stamp.inode) renew(entry, placed.stamp);
      return;
    }
    if (!is_link && is_ours(placed, entry) && mine.stamp == entry.source) return;
    const bool is_unedited =
        is_link ? may_be_unedited(mine.stamp, placed.stamp)
                : may_be_unedited(*entry.placed, placed.stamp) && may_be_unedited(entry.source, mine.stamp);
    if (is_unedited) pairs_.push_back({&entry, placed.stamp, mine.stamp});
  }

  static bool has_one_content(const Pair& pair, const std::optional<hash::Outcome>& placed,
                              const std::optional<hash::Outcome>& mine) {
    if (!placed || !mine || !placed->digests || !mine->digests) return false;
    const bool are_as_seen = placed->state.stamp == pair.placed && mine->state.stamp == pair.mine;
    return are_as_seen && placed->digests->sha256 && placed->digests->sha256 == mine->digests->sha256;
  }

  const path folder_;
  const hub::View& view_;
  const Custody& custody_;
  std::vector<Pair> pairs_;
};

}  // namespace

std::uint64_t renew_stamps(const Environment& environment, const Site& site, const hub::View& view,
                           const Custody& custody, Record& record) {
  if (!record.folder_before.empty() && record.folder_before != record.folder)
    return 0;  // an entry may belong to either folder
  Renewer renewer(folder_of(site, record), view, custody);
  for (Entry& entry : record.entries) renewer.look_at(entry);
  return renewer.compare_contents(hash::DigestCache::folder(environment));
}

std::string describe_unlinked(std::uint64_t files) {
  if (files == 0) return "";
  return say(
      "in the cache folder, hard links to {} of yours are now copies with the same content: the copies do not follow "
      "your edits; run hubcache refresh after each edit",
      counted(files, "file"));
}

}  // namespace hubcache::adoption
