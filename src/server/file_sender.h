// Sends a part of a file over a socket. One answer never contains two versions of the file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <sys/types.h>

#include "server/message.h"

namespace hubcache::server {

/// sendfile passes pages of the page cache to the socket: if a program rewrites the file in place, the bytes that the
/// client has not received yet change. Therefore the last part, which is longer than all bytes that can be in transit,
/// is sent as copies, and the file's state is checked before each copy is sent. A changed file is not sent to its end,
/// and the client notices this by the length.
class FileSender {
 public:
  FileSender(std::string head, FileBody body);

  enum class Step {
    done,
    blocked,  ///< wait until the socket can be written to
    more,     ///< much was sent: let other connections continue
    failed,   ///< the client has disconnected, or the file has changed
  };
  Step advance(int socket);
  /// Returns the number of bytes that were sent since the last call.
  std::uint64_t take_gone() { return std::exchange(gone_, 0); }

 private:
  bool fill();
  ssize_t send_piece(int socket);
  ssize_t send_pages(int socket);
  bool is_unchanged();

  std::string piece_;       ///< the bytes to send next: a copy; at first the head
  std::size_t sent_ = 0;    ///< bytes of `piece_` that were sent
  std::uint64_t gone_ = 0;  ///< bytes that were sent and not yet reported
  bool is_first_ = true;    ///< a short file is sent together with the head
  FileBody body_;
  std::uint64_t names_ = 0;  ///< number of the file's hard links
  std::uint64_t by_copy_;    ///< length of the last part, which is sent as copies; in bytes
};

}  // namespace hubcache::server
