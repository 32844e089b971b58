// Requests and answers of a connection. Independent of hubs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fs/descriptor.h"
#include "repo/local_tree.h"

namespace hubcache::server {

/// The string_views point into the connection's buffer and are valid until the request is answered.
struct Request {
  std::string_view method, target;  ///< target: as received, with escapes and query
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  bool has_body = false;
  std::optional<std::uint64_t> body_length;  ///< nullopt with a body: the body is sent in chunks

  /// Returns the value of the first header with that name, ignoring case; "" if there is none.
  std::string_view header(std::string_view name) const;
};

/// A part of an open file.
struct FileBody {
  fs::Descriptor file;
  FileStamp stamp;  ///< stamp at the opening: a file that changes while it is sent is not sent to its end
  std::uint64_t offset = 0, length = 0;
};

struct Answer {
  unsigned status = 200;
  std::string headers;  ///< lines that end in CRLF; without Date, Content-Length, Connection
  std::string body;
  std::optional<FileBody> file = {};         ///< instead of `body`
  std::optional<std::uint64_t> length = {};  ///< for HEAD: Content-Length of the body that is not sent
};

/// Returns for example "HTTP/1.1 404 Not Found\r\n".
std::string status_line(unsigned status);
/// Returns "Date: …\r\n". The line is made once a second.
const std::string& date_line();

/// Whether two header names or values are the same, ignoring the case of ASCII letters.
bool same_word(std::string_view one, std::string_view other);

}  // namespace hubcache::server
