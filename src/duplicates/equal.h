// Finds files with the same content: by their sizes, their first and last bytes, and digests of the whole.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <hubcache/result.h>

#include "duplicates/block_sharing.h"
#include "duplicates/files.h"
#include "duplicates/look.h"
#include "hash/many.h"

namespace hubcache::duplicates {

/// Files with the same content, as far as digests tell: whoever changes a file compares the bytes.
struct EqualFiles {
  /// The files by the blocks that they use: all files of one group share all blocks.
  std::vector<Group> by_blocks;
};

struct Equals {
  std::vector<EqualFiles> sets;    ///< in the order of their first files
  std::vector<std::string> notes;  ///< sentences for people: files that could not be read, or changed meanwhile
};

/// Whether the whole content of files is compared.
enum class Wholes {
  by_digests,
  /// Only where files cannot share blocks: where they can, the kernel will compare their bytes, and files are returned
  /// as equal that may differ between their first and last bytes.
  unless_shared,
};

/// Finds equal files among some. Reads only files of the same size whose blocks, first bytes and last bytes do not tell
/// whether they are equal, and whose digests the cache does not know. Takes known SHA-256s; computes XXH3s, which takes
/// a fifth of the time.
Result<Equals> find_equal(const Files& files, const Group& among, Wholes wholes, BlockSharing& sharing,
                          hash::DigestCache& cache, const hash::Tell& tell);

}  // namespace hubcache::duplicates
