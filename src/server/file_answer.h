// The answer with a file or the requested part of it; the same for every hub.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "hash/file_digester.h"
#include "server/message.h"

namespace hubcache::server {

struct OpenFile {
  fs::Descriptor file;
  hash::FileState state;
};

struct ETag {
  std::string text;         ///< with quotes
  bool names_state = true;  ///< false: it does not change with the file, so it cannot be used for conditions
};

/// Returns the ETag for this state of the file: its SHA-256 if known (`sha256` is not ""), else one from the stamp.
ETag etag_of(const FileStamp& stamp, const std::string& sha256);

/// A part of a content, in bytes.
struct Part {
  std::uint64_t first = 0, length = 0;
};

/// The answer about a content without its bytes, and which of them belong to it; nullopt: none (304, 416).
struct PartialAnswer {
  Answer answer;
  std::optional<Part> part;
};
/// Does what file_answer() does, for a content of `size` bytes.
PartialAnswer partial_answer(const Request& request, std::uint64_t size, const ETag& etag, const std::string& headers);

/// Returns 200, 206, 304 or 416, depending on Range, If-Range and If-None-Match (RFC 9110). Ignores a Range header with
/// several ranges. `headers`: lines for every answer.
Answer file_answer(const Request& request, OpenFile open, const ETag& etag, const std::string& headers);

}  // namespace hubcache::server
