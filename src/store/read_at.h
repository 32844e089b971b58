// Reads a part of an open file.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include <hubcache/result.h>

#include "fs/source.h"

namespace hubcache::store {

/// Returns the `size` bytes from `offset` on; fewer if the file ends before. `name`: for messages. `buffer`: a string
/// whose memory is used again.
Result<std::string> read_at(const fs::Source& source, const std::filesystem::path& name, std::uint64_t offset,
                            std::uint64_t size, std::string buffer = {});

}  // namespace hubcache::store
