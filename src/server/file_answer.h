// The answer that holds a file, or the part of it that is asked for: the same for every hub.
#pragma once

#include <string>

#include "hash/file_digester.h"
#include "server/message.h"

namespace hubcache::server {

struct OpenFile {
  fs::Descriptor file;
  hash::FileState state;
};

struct ETag {
  std::string text;         ///< in quotes
  bool names_state = true;  ///< false: it stays while the file changes, and nothing may be concluded from it
};

/// A name for this state of the file: its SHA-256 where that is known ("" else).
ETag etag_of(const FileStamp& stamp, const std::string& sha256);

/// 200, 206, 304 or 416 by Range, If-Range and If-None-Match (RFC 9110); of several ranges at once none is taken.
/// `headers`: lines to stand in it whichever it is.
Answer file_answer(const Request& request, OpenFile open, const ETag& etag, const std::string& headers);

}  // namespace hubcache::server
