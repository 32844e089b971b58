// Digests of bytes in memory; for digests of files see <hubcache/digest.h>.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <hubcache/digest.h>

namespace hubcache::digest {

Sha1 sha1(std::string_view bytes);
Sha256 sha256(std::string_view bytes);
/// Returns the SHA-256 in lower-case hex.
std::string sha256_hex(std::string_view bytes);

/// Returns the header that git hashes before the content of a blob of `size` bytes.
std::string blob_header(std::uint64_t size);

/// Returns the git blob id of the pointer of an LFS file with this content.
Sha1 lfs_pointer_id(const Sha256& sha256, std::uint64_t size);

}  // namespace hubcache::digest
