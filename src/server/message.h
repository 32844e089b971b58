// What goes over a connection: a request as it came, and the answer to it. Knows nothing of hubs.
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

/// Views into the connection's buffer: they hold until the request is answered.
struct Request {
  std::string_view method, target;  ///< target: as it came, escapes and query included
  std::vector<std::pair<std::string_view, std::string_view>> headers;
  bool has_body = false;
  std::optional<std::uint64_t> body_length;  ///< none with a body: it comes in chunks

  /// The first header of that name, in any case; "" where there is none.
  std::string_view header(std::string_view name) const;
};

/// A part of an open file.
struct FileBody {
  fs::Descriptor file;
  FileStamp stamp;  ///< as it was when it was opened: a file that changes while it is sent is cut off
  std::uint64_t offset = 0, length = 0;
};

struct Answer {
  unsigned status = 200;
  std::string headers;  ///< lines that end in CRLF; not Date, Content-Length, Connection
  std::string body;
  std::optional<FileBody> file = {};         ///< instead of `body`
  std::optional<std::uint64_t> length = {};  ///< to a HEAD: what Content-Length says of the body that is not sent
};

/// "HTTP/1.1 404 Not Found\r\n"
std::string status_line(unsigned status);
/// "Date: …\r\n"; made once a second.
const std::string& date_line();

/// Whether two header names or values are the same but for the case of ASCII letters.
bool same_word(std::string_view one, std::string_view other);

}  // namespace hubcache::server
