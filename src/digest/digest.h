// Digests of bytes in memory; of files, see <hubcache/digest.h>.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <hubcache/repo.h>

namespace hubcache::digest {

/// Lower-case hex.
std::string sha256_hex(std::string_view bytes);

/// SHA-1 of the bytes, as an object id.
ObjectId sha1(std::string_view bytes);

/// What git hashes before the content of a blob of `size` bytes.
std::string blob_header(std::uint64_t size);

/// The git blob id of the pointer that stands in git for an LFS file with this content.
ObjectId lfs_pointer_id(const ObjectId& sha256, std::uint64_t size);

}  // namespace hubcache::digest
