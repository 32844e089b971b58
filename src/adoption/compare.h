// Which files of a folder are those of the hub.
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

/// What a listing's sizes tell.
enum class Sizes {
  unknown,      ///< nothing: it was recorded, not asked for
  known,        ///< of a file of LFS, the pointer's or the real one
  of_pointers,  ///< of a file of LFS, the pointer's
};

/// Of a hub's listing: as far as it has been asked about files of LFS.
Sizes sizes_of(const RemoteTree& remote);

/// The digests that tell whether a file of that size is the hub's; nullopt: its size tells that it is not. Pure.
std::optional<DigestKinds> deciding_digests(const RemoteFile& remote, std::uint64_t local_size, Sizes sizes);

/// Whether one of them is what the hub names. Pure.
bool is_same(const RemoteFile& remote, const Digests& digests);

struct Compared {
  std::vector<VerifiedFile> files;  ///< sorted by path
  std::vector<std::string> warnings;
};

/// `users`: the adopted folder, where `folder` is a place that it was put into; else "".
Compared compare(const std::filesystem::path& folder, const std::filesystem::path& users, const LocalTree& local,
                 const RemoteTree& remote, Sizes sizes, hash::DigestCache& cache, const hash::Tell& tell);

/// "'README.md' (edited), 'a' (extra) and 12 more": all but the same ones.
std::string differences(const std::vector<VerifiedFile>& files);

}  // namespace hubcache::adoption
