// The owner of the other end of a connection, as the real kernel reports it: other users, closed sockets, restrictions
// of containers.
#include "server/peer_owner.h"

#include <cerrno>
#include <cstddef>
#include <functional>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fs/descriptor.h"

namespace hubcache::server {
namespace {

using fs::Descriptor;

constexpr uid_t other_user = 12345;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

class Listener {
 public:
  Listener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = loopback(0);
    socklen_t length = sizeof address;
    REQUIRE(bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), length) == 0);
    REQUIRE(listen(socket_.get(), 16) == 0);
    REQUIRE(getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &length) == 0);
    port_ = ntohs(address.sin_port);
  }
  Descriptor accepted() const { return Descriptor(accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)); }
  std::uint16_t port() const { return port_; }

 private:
  Descriptor socket_;
  std::uint16_t port_ = 0;
};

Descriptor connected_to(const Listener& listener) {
  Descriptor client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const sockaddr_in address = loopback(listener.port());
  if (connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return client;
}

Descriptor connected_by_ipv6(const Listener& listener) {
  Descriptor client(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(listener.port());
  inet_pton(AF_INET6, "::ffff:127.0.0.1", &address.sin6_addr);
  if (connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return {};
  return client;
}

/// Returns the exit code of a child process that calls `job`.
int in_child(const std::function<int()>& job) {
  const pid_t child = fork();
  if (child == 0) _exit(job());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::uint64_t inode_of(const Descriptor& socket) {
  struct stat status{};
  fstat(socket.get(), &status);
  return status.st_ino;
}

/// Refuses AF_NETLINK like a container's system call filter.
bool forbid_netlink() {
  sock_filter steps[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{std::size(steps), steps};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0 &&
         socket(AF_NETLINK, SOCK_RAW, 0) == -1 && errno == EPERM;
}

}  // namespace

TEST_CASE("the owner of the other end and its socket are found") {
  const Listener listener;
  const Descriptor client = connected_to(listener), accepted = listener.accepted();
  const auto owner = peer_owner(accepted.get());
  REQUIRE(owner);
  CHECK(owner->user == geteuid());
  CHECK(owner->socket == inode_of(client));
  const auto server = peer_owner(client.get());
  REQUIRE(server);
  CHECK(server->user == geteuid());
  CHECK(server->socket == inode_of(accepted));
}

TEST_CASE("an IPv6 socket that connects to 127.0.0.1 is found, also without netlink") {
  const Listener listener;
  const Descriptor client = connected_by_ipv6(listener);
  if (!client) return;  // this machine has no IPv6
  const Descriptor accepted = listener.accepted();
  const auto is_found = [&] {
    const auto owner = peer_owner(accepted.get());
    return owner && owner->user == geteuid() && owner->socket == inode_of(client);
  };
  CHECK(is_found());
  CHECK(in_child([&] { return forbid_netlink() && is_found() ? 0 : 1; }) == 0);
}

TEST_CASE("a client that has shut down its sending side still has an owner") {
  const Listener listener;
  const Descriptor client = connected_to(listener), accepted = listener.accepted();
  shutdown(client.get(), SHUT_WR);
  char byte;
  REQUIRE(recv(accepted.get(), &byte, 1, 0) == 0);
  CHECK(peer_owner(accepted.get()));
}

TEST_CASE("a closed socket has no owner, although the kernel reports root") {
  const Listener listener;
  const auto is_refused = [&] {
    Descriptor client = connected_to(listener);
    const Descriptor accepted = listener.accepted();
    send(client.get(), "GET", 3, 0);
    client = {};
    char text[8];
    while (recv(accepted.get(), text, sizeof text, 0) > 0) continue;
    return !peer_owner(accepted.get());
  };
  CHECK(is_refused());
  CHECK(in_child([&] { return forbid_netlink() && is_refused() ? 0 : 1; }) == 0);
}

TEST_CASE("an end that has not accepted the connection has no owner") {
  const Listener listener;
  const Descriptor client = connected_to(listener);
  CHECK(!peer_owner(client.get()));
}

TEST_CASE("a socket without an IPv4 connection has no owner") {
  int both[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) == 0);
  const Descriptor one(both[0]), other(both[1]);
  CHECK(!peer_owner(one.get()));
  CHECK(!peer_owner(-1));
}

TEST_CASE("another user is found, by netlink and by /proc/net/tcp") {
  if (geteuid() != 0) {
    MESSAGE("skipped: only root can become another user");
    return;
  }
  const Listener listener;
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  Descriptor release(ends[1]);
  const Descriptor held(ends[0]);
  const pid_t child = fork();
  if (child == 0) {
    if (setresuid(other_user, other_user, other_user) != 0) _exit(1);
    const Descriptor client = connected_to(listener);
    release = {};
    char byte;
    _exit(read(held.get(), &byte, 1) == 0 ? 0 : 1);
  }
  const Descriptor accepted = listener.accepted();
  const auto owner = peer_owner(accepted.get());
  REQUIRE(owner);
  CHECK(owner->user == other_user);
  CHECK(in_child([&] {
          if (!forbid_netlink()) return 1;
          const auto by_table = peer_owner(accepted.get());
          return by_table && by_table->user == other_user ? 0 : 1;
        }) == 0);
  release = {};
  int status = -1;
  waitpid(child, &status, 0);
  CHECK(status == 0);
}

TEST_CASE("a user without an id in this user namespace is not mistaken for nobody") {
  const Listener listener;
  const Descriptor client = connected_to(listener), accepted = listener.accepted();
  constexpr int no_namespaces = 77;
  const int code = in_child([&] {
    if (unshare(CLONE_NEWUSER) != 0) return no_namespaces;
    return peer_owner(accepted.get()) ? 1 : 0;
  });
  if (code == no_namespaces) MESSAGE("skipped: no user namespaces here");
  else CHECK(code == 0);
}

TEST_CASE("the same user and root are trusted") {
  CHECK(is_same_user_or_root(geteuid()));
  CHECK(is_same_user_or_root(0));
  CHECK(!is_same_user_or_root(geteuid() + 1));
}

}  // namespace hubcache::server
