// Digests of bytes in memory; of files, see <hubcache/digest.h>.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <hubcache/digest.h>

namespace hubcache::digest {

Sha1 sha1(std::string_view bytes);
Sha256 sha256(std::string_view bytes);
/// Lower-case hex.
std::string sha256_hex(std::string_view bytes);

/// What git hashes before the content of a blob of `size` bytes.
std::string blob_header(std::uint64_t size);

/// The git blob id of the pointer that stands in git for an LFS file with this content.
Sha1 lfs_pointer_id(const Sha256& sha256, std::uint64_t size);

}  // namespace hubcache::digest
