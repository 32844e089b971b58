#include "adoption/compare.h"

#include <algorithm>

#include "base/language.h"
#include "base/text.h"
#include "digest/digest.h"
#include "fs/file.h"
#include "hub/lfs_pointer.h"

namespace hubcache::adoption {
namespace {

constexpr std::size_t named_at_most = 10;
constexpr int longest_chain = 8;

/// Returns true if the hub's file is a symlink with this text: git stores a symlink as a blob that contains its target.
bool is_link_of(const std::string& text, const RemoteFile& wanted) {
  return digest::sha1(digest::blob_header(text.size()) + text).id() == wanted.sha;
}

/// Returns true if the name is a symlink equal to the hub's, or leads to one through other symlinks, which hubcache may
/// have placed.
bool is_same_link(std::filesystem::path name, const RemoteFile& wanted) {
  for (int hop = 0; hop < longest_chain; ++hop) {
    const auto text = fs::read_symlink(name);
    if (!text) return false;
    if (is_link_of(*text, wanted)) return true;
    name = name.parent_path() / *text;
  }
  return false;
}

/// Walks both sorted trees once, then compares the content of the files that both have.
class Comparer {
 public:
  Comparer(const std::filesystem::path& folder, const std::filesystem::path& users, const LocalTree& local, Sizes sizes)
      : folder_(folder), users_(users), local_(local), sizes_(sizes) {}

  Compared run(const RemoteTree& remote, hash::DigestCache& cache, const hash::Tell& tell) {
    auto file = local_.files.begin();
    for (const RemoteFile& wanted : remote.files) {
      if (!wanted.is_file) continue;
      for (; file != local_.files.end() && file->path < wanted.path; ++file) add(*file, Comparison::extra);
      if (file == local_.files.end() || file->path != wanted.path) add_missing(wanted);
      else add_common(*file++, wanted);
    }
    for (; file != local_.files.end(); ++file) add(*file, Comparison::extra);
    compare_contents(cache, tell);
    compare_links();
    leave_out_what_is_linked();
    return std::move(compared_);
  }

 private:
  /// A file on both sides whose size does not show that it differs.
  struct Pair {
    std::size_t index;  ///< of compared_.files
    const LocalFile& local;
    const RemoteFile& remote;
    DigestKinds digests;
  };

  void add(const LocalFile& file, Comparison comparison) {
    compared_.files.push_back({file.path.str(), comparison, file.stamp.size, true, ""});
  }

  void add_common(const LocalFile& file, const RemoteFile& wanted) {
    if (!is_known(wanted.sha)) return add_unknown(file);
    const auto digests = deciding_digests(wanted, file.stamp.size, sizes_);
    common_.emplace_back(compared_.files.size(), &wanted);
    if (digests) pairs_.push_back({compared_.files.size(), file, wanted, *digests});
    add(file, Comparison::edited);
  }

  void add_unknown(const LocalFile& file) {
    add(file, Comparison::unreadable);
    compared_.files.back().why = say("the hub does not tell the SHA-256 of its file");
  }

  /// Adds a hub file that the scan did not find: `same` if a symlink equal to the hub's has its name; `unreadable` if
  /// the scan left out this name or a folder above it; otherwise, and for a dangling symlink, `missing`.
  void add_missing(const RemoteFile& wanted) {
    if (is_same_link(folder_ / wanted.path.str(), wanted)) {
      linked_.push_back(wanted.path.str() + "/");
      compared_.files.push_back({wanted.path.str(), Comparison::same, wanted.size, true, ""});
      return;
    }
    const LeftOut* found = local_.find_left_out(wanted.path.str());
    const bool is_named = found != nullptr;
    const bool is_missing = !is_named || found->is_dangling;
    const bool is_size_known = wanted.has_size && (wanted.lfs_size || sizes_ != Sizes::unknown);
    compared_.files.push_back({wanted.path.str(), is_missing ? Comparison::missing : Comparison::unreadable,
                               wanted.lfs_size.value_or(wanted.size), is_size_known, is_named ? found->why : ""});
  }

  void compare_contents(hash::DigestCache& cache, const hash::Tell& tell) {
    const auto job = [&](std::size_t number) { return hash::Job{pairs_[number].digests}; };
    const auto name = [&](std::size_t number) { return folder_ / pairs_[number].local.path.str(); };
    const auto done = [&](std::size_t number, const hash::Outcome& outcome) { settle(pairs_[number], outcome); };
    const std::string warning = hash::digest_files({pairs_.size(), job, name, done}, cache, tell);
    if (!warning.empty()) compared_.warnings.push_back(warning);
  }

  void compare_links() {
    for (const auto& [index, wanted] : common_) {
      VerifiedFile& file = compared_.files[index];
      if (file.comparison != Comparison::edited) continue;
      const bool is_same =
          is_same_link(folder_ / file.path, *wanted) || (!users_.empty() && is_same_link(users_ / file.path, *wanted));
      if (is_same) file.comparison = Comparison::same;
    }
  }

  /// Removes the extra files that were found through a symlink equal to the hub's: they have another name in the
  /// folder, or are outside it.
  void leave_out_what_is_linked() {
    std::erase_if(compared_.files, [&](const VerifiedFile& file) {
      const auto leads_to = [&](const std::string& folder) { return file.path.starts_with(folder); };
      return file.comparison == Comparison::extra && std::ranges::any_of(linked_, leads_to);
    });
  }

  void settle(const Pair& pair, const hash::Outcome& outcome) {
    VerifiedFile& file = compared_.files[pair.index];
    if (!outcome.digests) {
      file.comparison = Comparison::unreadable;
      file.why = outcome.digests.error().message;
    } else if (outcome.state.stamp != pair.local.stamp) {
      file.comparison = Comparison::unreadable;
      file.why = say("the file changed during the comparison");
    } else if (is_same(pair.remote, *outcome.digests)) {
      file.comparison = Comparison::same;
    }
  }

  const std::filesystem::path& folder_;
  const std::filesystem::path& users_;
  const LocalTree& local_;
  const Sizes sizes_;
  Compared compared_;
  std::vector<Pair> pairs_;
  std::vector<std::pair<std::size_t, const RemoteFile*>> common_;  ///< of compared_.files
  std::vector<std::string> linked_;  ///< symlinks equal to the hub's that the scan did not list; each ends with a slash
};

}  // namespace

Sizes sizes_of(const RemoteTree& remote) {
  const bool any = std::ranges::any_of(
      remote.files, [](const RemoteFile& file) { return file.lfs_size && *file.lfs_size != file.size; });
  return any ? Sizes::of_pointers : Sizes::known;
}

std::optional<DigestKinds> deciding_digests(const RemoteFile& remote, std::uint64_t local_size, Sizes sizes) {
  const bool names_sha256 = remote.sha.str().size() == 64;  // an LFS file
  if (sizes == Sizes::unknown) return DigestKinds{.git = !names_sha256, .sha256 = names_sha256, .lfs = !names_sha256};
  const bool same_size = remote.lfs_size.value_or(remote.size) == local_size;
  // The size of a pointer does not depend on the size of its file.
  const bool may_be_pointer = !remote.lfs_size && hub::may_be_lfs_pointer(remote.size);
  if (!same_size && !may_be_pointer) return std::nullopt;
  if (names_sha256) return DigestKinds{.sha256 = true};
  // Some hubs list an LFS file with its real size; nothing else distinguishes it from a plain file.
  const bool may_be_lfs = may_be_pointer || sizes == Sizes::known;
  return DigestKinds{.git = same_size && !remote.lfs_size, .lfs = remote.lfs_size || may_be_lfs};
}

bool is_same(const RemoteFile& remote, const Digests& digests) {
  const auto names = [&](const auto& digest) { return digest && digest->id() == remote.sha; };
  return names(digests.git) || names(digests.sha256) || names(digests.lfs);
}

Compared compare(const std::filesystem::path& folder, const std::filesystem::path& users, const LocalTree& local,
                 const RemoteTree& remote, Sizes sizes, hash::DigestCache& cache, const hash::Tell& tell) {
  return Comparer(folder, users, local, sizes).run(remote, cache, tell);
}

std::string differences(const std::vector<VerifiedFile>& files) {
  std::string names;
  std::size_t count = 0;
  for (const VerifiedFile& file : files) {
    if (file.comparison == Comparison::same || ++count > named_at_most) continue;
    names += (count > 1 ? say(", ") : "") + say("{} ({})", in_quotes(file.path), translated(name_of(file.comparison)));
  }
  return names + (count > named_at_most ? say(" and {} more", count - named_at_most) : "");
}

}  // namespace hubcache::adoption
