// Digests of bytes in memory; of files, see <hubcache/digest.h>.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/digest.h>
#include <hubcache/repo.h>

namespace hubcache::digest {

/// Lower-case hex.
std::string sha256_hex(std::string_view bytes);

/// SHA-1 of the bytes, as an object id.
ObjectId sha1(std::string_view bytes);

}  // namespace hubcache::digest
