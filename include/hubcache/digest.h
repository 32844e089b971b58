// Digests of files.
#pragma once

#include <filesystem>
#include <string>

#include <hubcache/result.h>

namespace hubcache {

/// SHA-256 of a file's content, lower-case hex. An Error names the file.
Result<std::string> sha256_of_file(const std::filesystem::path& file);

}  // namespace hubcache
