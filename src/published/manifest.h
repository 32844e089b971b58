// A commit's manifest: the files of a repo, with everything that a hub's answers need. A ref: the commit of a revision.
//
// The manifest is JSON, compressed by zlib:
//   {"format":1,"hub":"…","kind":"models","repo":"owner/name","commit":"<40 hex>","time":1700000000,
//    "files":[{"path":"a/b.bin","size":123,"sha256":"<64 hex>","git":"<40 hex>","lfs":130,"head":"6869"}]}
// `git`: the id of the file's git blob; of a Git LFS file, that of its pointer. `lfs`: the pointer's size in bytes;
// only for a Git LFS file. `head`: the first two bytes in hex. The ref is {"commit":"<40 hex>","time":1700000000,
// "published_by":"user@host","files":20,"bytes":123}; refs of earlier versions lack the last three.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "published/keys.h"

namespace hubcache::published {

struct StoredFile {
  RelPath path;
  std::uint64_t size = 0;  ///< bytes
  Sha256 sha256;
  Sha1 git;
  std::uint32_t lfs = 0;  ///< bytes of its Git LFS pointer; 0: git has the content itself
  std::string head = {};  ///< its first two bytes, or all if it is shorter
};

struct Manifest {
  StoredRepo repo;
  std::string commit;
  std::int64_t time = 0;          ///< when it was made, in seconds since 1970
  std::vector<StoredFile> files;  ///< sorted by path
};

/// A file above this size is a Git LFS file, as on the hubs.
constexpr std::uint64_t largest_git_file = 10 << 20;
/// Limit for a manifest: a million files with long names.
constexpr std::uint64_t most_manifest_bytes = 512ull << 20;

/// Returns the id of a commit with these files: paths, sizes and contents determine it.
std::string commit_of(const std::vector<StoredFile>& files);

/// Returns the compressed manifest.
Result<std::string> to_bytes(const Manifest& manifest);
/// Checks every field, and calls `take` with one file after the other: a manifest may have a million. Returns
/// Manifest::time. ErrorCode::failed, with a message whose subject is missing ("has …"), for bytes that to_bytes() does
/// not return, or for a manifest of another repo or commit; an Error of `take`. The files are right only if it
/// succeeds.
Result<std::int64_t> each_file(const StoredRepo& repo, std::string_view commit, std::string_view bytes,
                               const std::function<Result<void>(StoredFile&&)>& take);

struct Ref {
  std::string commit;
  std::int64_t time = 0;          ///< in seconds since 1970
  std::string published_by = {};  ///< user@host, for people; "" if it is unknown
  std::optional<std::uint64_t> files = {}, bytes = {};
};
std::string to_bytes(const Ref& ref);
/// Returns the value of Ref::published_by for this process.
std::string this_publisher();
/// ErrorCode::failed like each_file().
Result<Ref> parse_ref(const std::string& bytes);
constexpr std::uint64_t most_ref_bytes = 4096;

}  // namespace hubcache::published
