// Compares the files of a folder with the hub's files.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <hubcache/verify.h>

#include "hash/many.h"
#include "repo/local_tree.h"
#include "repo/remote_tree.h"

namespace hubcache::adoption {

/// The meaning of RemoteFile::size in a listing.
enum class Sizes {
  unknown,      ///< not the hub's sizes: the listing was recorded on this machine
  known,        ///< for an LFS file: the size of the pointer or of the real content
  of_pointers,  ///< for an LFS file: the size of the pointer
};

/// Returns Sizes::of_pointers if the hub's listing has an LFS file whose real size differs from RemoteFile::size;
/// otherwise Sizes::known.
Sizes sizes_of(const RemoteTree& remote);

/// Returns the digests that decide whether a local file of this size equals the hub's file; nullopt if the size alone
/// shows that it differs. Pure.
std::optional<DigestKinds> deciding_digests(const RemoteFile& remote, std::uint64_t local_size, Sizes sizes);

/// Returns true if one of the digests equals the id that the hub lists for the file. Pure.
bool is_same(const RemoteFile& remote, const Digests& digests);

struct Compared {
  std::vector<VerifiedFile> files;  ///< sorted by path
  std::vector<std::string> warnings;
};

/// Compares the files of `local`, a scan of `folder`, with the hub's files by content. A symlink equals the hub's
/// symlink if its text does. `users`: the adopted folder if `folder` is a place that it was adopted into; else "".
Compared compare(const std::filesystem::path& folder, const std::filesystem::path& users, const LocalTree& local,
                 const RemoteTree& remote, Sizes sizes, hash::DigestCache& cache, const hash::Tell& tell);

/// Names up to ten files whose comparison is not `same`: "'README.md' (edited), 'a' (extra) and 12 more".
std::string differences(const std::vector<VerifiedFile>& files);

}  // namespace hubcache::adoption
