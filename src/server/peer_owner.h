// The user at the other end of a connection on this machine.
#pragma once

#include <cstdint>

#include <sys/types.h>

#include <hubcache/result.h>

namespace hubcache::server {

struct PeerOwner {
  uid_t user = 0;            ///< the user's number in this process's user namespace
  std::uint64_t socket = 0;  ///< inode of the other end's socket, as in /proc/PID/fd
};

/// Finds the user who created the other end of `connection`, a connected TCP socket over IPv4. Asks the kernel for
/// exactly that socket by sock_diag; reads /proc/net/tcp where sock_diag is forbidden. An Error if the owner is
/// unknown: the other program has closed its socket or has not accepted the connection yet, the connection is not from
/// this machine's network namespace, or the user is not mapped into this user namespace.
Result<PeerOwner> peer_owner(int connection);

/// Whether `user` may act for the user of this process: the same user, or root.
bool is_same_user_or_root(uid_t user);

}  // namespace hubcache::server
