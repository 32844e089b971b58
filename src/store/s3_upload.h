// Uploads a large file to an S3 service in parts.
#pragma once

#include <cstdint>
#include <string>

#include <hubcache/result.h>

#include "fs/source.h"
#include "hash/feed.h"
#include "store/budget.h"
#include "store/s3_client.h"
#include "store/store.h"

namespace hubcache::store {

/// A file of at most this size is sent in one request.
constexpr std::uint64_t part_bytes = 16 << 20;

/// Returns the size of the parts of a file: a service allows 10,000 parts.
std::uint64_t part_size_of(std::uint64_t file_size);

/// Reads a part of the file, as read_at() does. ErrorCode::conflict if the file became shorter.
Result<std::string> read_part(const fs::Source& source, const FileToPut& file, std::uint64_t offset, std::uint64_t size,
                              std::string buffer = {});
/// ErrorCode::conflict if the open file does not have the state of `file`.
Result<void> check_state(const fs::Source& source, const FileToPut& file);

/// What the uploads to a store share.
struct UploadLimits {
  Budget& memory;   ///< for parts
  Budget& senders;  ///< files whose parts are sent at the same time; does not count files that the service completes
};

/// Uploads the file. `key`: with the store's prefix. The object appears when all parts are there and the file still has
/// its state. An interrupted upload stays, for the next one.
Result<void> upload_in_parts(S3Client& client, const std::string& key, const FileToPut& file, const fs::Source& source,
                             UploadLimits limits, hash::Counter& counter);

}  // namespace hubcache::store
