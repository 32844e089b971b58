// Sends a part of a file over a socket, and never two versions of it in one answer.
#pragma once

#include <cstddef>
#include <string>

#include <sys/types.h>

#include "server/message.h"

namespace hubcache::server {

/// sendfile hands pages of the page cache to the other side: a file that is rewritten in place changes what is still
/// under way. So the last stretch, which is longer than all that can be under way, goes by copies, and before each of
/// them is sent the file is looked at again. One that has changed is not sent to its end, which the client notices by
/// the length.
class FileSender {
 public:
  FileSender(std::string head, FileBody body);

  enum class Step {
    done,
    blocked,  ///< wait until the socket can be written to
    more,     ///< much was sent: let others have a turn
    failed,   ///< the client is gone, or the file has changed
  };
  Step advance(int socket);

 private:
  bool fill();
  ssize_t send_piece(int socket);
  ssize_t send_pages(int socket);
  bool is_unchanged();

  std::string piece_;     ///< copied, to be sent next; at first the head
  std::size_t sent_ = 0;  ///< of `piece_`
  bool is_first_ = true;  ///< a short file goes with the head, in one write
  FileBody body_;
  std::uint64_t names_ = 0;  ///< how many the file has
  std::uint64_t by_copy_;    ///< the length of the last stretch, in bytes
};

}  // namespace hubcache::server
