// Which process is at the other end of a connection on this machine.
#pragma once

#include <cstdint>
#include <string>

namespace hubcache::server {

/// "python (process 4242)", by /proc; "a program" where that does not tell (another user's process). Looks through the
/// open files of this user's processes: for messages, not for every request.
std::string process_at(std::uint16_t local_port);

}  // namespace hubcache::server
