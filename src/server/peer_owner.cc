#include "server/peer_owner.h"

#include <cerrno>
#include <cstring>
#include <expected>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/language.h"
#include "fs/descriptor.h"
#include "fs/system_error.h"

namespace hubcache::server {
namespace {

struct Ends {
  sockaddr_in own{}, peer{};
};

/// The kernel's description of a socket.
struct Described {
  unsigned state = 0;
  PeerOwner owner;
};

std::string in_words(const sockaddr_in& address) {
  char text[INET_ADDRSTRLEN] = {};
  inet_ntop(AF_INET, &address.sin_addr, text, sizeof text);
  return fmt::format("{}:{}", text, ntohs(address.sin_port));
}

Error unknown_owner(const Ends& ends, std::string_view why) {
  return {ErrorCode::failed, say("cannot tell which user's program is at {}: {}", in_words(ends.peer), why), ""};
}

/// Reads both ends of the connection. Returns false, with errno, if the socket is not connected.
bool ends_of(int connection, Ends& ends) {
  socklen_t own = sizeof ends.own, peer = sizeof ends.peer;
  return getsockname(connection, reinterpret_cast<sockaddr*>(&ends.own), &own) == 0 &&
         getpeername(connection, reinterpret_cast<sockaddr*>(&ends.peer), &peer) == 0;
}

// ---- by sock_diag

int send_question(int netlink, const sockaddr_in& source, const sockaddr_in& destination) {
  struct {
    nlmsghdr header;
    inet_diag_req_v2 question;
  } message{};
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message.header.nlmsg_flags = NLM_F_REQUEST;
  message.question.sdiag_family = AF_INET;
  message.question.sdiag_protocol = IPPROTO_TCP;
  message.question.idiag_states = ~0u;
  message.question.id.idiag_sport = source.sin_port;
  message.question.id.idiag_dport = destination.sin_port;
  message.question.id.idiag_src[0] = source.sin_addr.s_addr;
  message.question.id.idiag_dst[0] = destination.sin_addr.s_addr;
  message.question.id.idiag_cookie[0] = message.question.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
  return fs::uninterrupted([&] { return send(netlink, &message, sizeof message, 0); }) == sizeof message ? 0 : errno;
}

/// Reads the kernel's answer without waiting: the kernel answers within send().
std::expected<Described, int> take_answer(int netlink, const sockaddr_in& source, const sockaddr_in& destination) {
  alignas(nlmsghdr) char bytes[4096];
  const ssize_t got = fs::uninterrupted([&] { return recv(netlink, bytes, sizeof bytes, MSG_DONTWAIT); });
  if (got < 0) return std::unexpected(errno);
  auto* header = reinterpret_cast<nlmsghdr*>(bytes);  // not const: the macros cast it to char*
  const bool is_whole = NLMSG_OK(header, static_cast<std::size_t>(got));
  if (!is_whole) return std::unexpected(EBADMSG);
  if (header->nlmsg_type == NLMSG_ERROR) {
    if (header->nlmsg_len < NLMSG_LENGTH(sizeof(nlmsgerr))) return std::unexpected(EBADMSG);
    const int number = static_cast<const nlmsgerr*>(NLMSG_DATA(header))->error;
    return std::unexpected(number == 0 ? EBADMSG : -number);
  }
  const bool is_answer =
      header->nlmsg_type == SOCK_DIAG_BY_FAMILY && header->nlmsg_len >= NLMSG_LENGTH(sizeof(inet_diag_msg));
  if (!is_answer) return std::unexpected(EBADMSG);
  inet_diag_msg found;
  std::memcpy(&found, NLMSG_DATA(header), sizeof found);
  // If no connection has these ends, the kernel describes a socket that listens at `source`.
  const bool is_same = found.id.idiag_sport == source.sin_port && found.id.idiag_dport == destination.sin_port;
  if (!is_same) return std::unexpected(ENOENT);
  return Described{found.idiag_state, {found.idiag_uid, found.idiag_inode}};
}

std::expected<Described, int> ask_kernel(const sockaddr_in& source, const sockaddr_in& destination) {
  const fs::Descriptor netlink(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!netlink) return std::unexpected(errno);
  if (const int number = send_question(netlink.get(), source, destination); number != 0) return std::unexpected(number);
  return take_answer(netlink.get(), source, destination);
}

// ---- by /proc/net/tcp

/// Returns the address as in the table, for example "0100007F:1F90".
std::string in_table(const sockaddr_in& address, std::string_view prefix) {
  return fmt::format("{}{:08X}:{:04X}", prefix, address.sin_addr.s_addr, ntohs(address.sin_port));
}

/// Finds a row: "  0: 0100007F:1F90 0100007F:C350 01 tx:rx tr:when retransmits uid timeout inode …".
std::optional<Described> find_row(const char* table, const std::string& source, const std::string& destination) {
  std::ifstream file(table);
  std::string line;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    std::string number, own, peer, skipped;
    Described row;
    words >> number >> own >> peer;
    if (own != source || peer != destination) continue;
    words >> std::hex >> row.state >> skipped >> skipped >> skipped >> std::dec >> row.owner.user >> skipped >>
        row.owner.socket;
    if (words) return row;
  }
  return std::nullopt;
}

std::optional<Described> read_tables(const sockaddr_in& source, const sockaddr_in& destination) {
  if (auto row = find_row("/proc/net/tcp", in_table(source, ""), in_table(destination, ""))) return row;
  constexpr std::string_view mapped = "0000000000000000FFFF0000";  // for a program that uses an IPv6 socket
  return find_row("/proc/net/tcp6", in_table(source, mapped), in_table(destination, mapped));
}

// ---- judging

/// Finds the peer's socket. If sock_diag does not find it but finds this end's socket, then sock_diag works and the
/// peer's socket is closed. The tables are then not read, because that takes longer the more connections there are.
std::optional<Described> find_peer(const Ends& ends) {
  if (const auto found = ask_kernel(ends.peer, ends.own)) return *found;
  if (ask_kernel(ends.own, ends.peer)) return std::nullopt;
  return read_tables(ends.peer, ends.own);
}

/// Whether the socket has an owner. For a socket that its program has closed, the kernel names root as the owner, and
/// no inode.
bool has_owner(const Described& socket) {
  switch (socket.state) {
    case TCP_ESTABLISHED:
    case TCP_FIN_WAIT1:
    case TCP_FIN_WAIT2:
    case TCP_CLOSE_WAIT: return socket.owner.socket != 0;
    default: return false;
  }
}

uid_t overflow_user() {
  std::ifstream file("/proc/sys/kernel/overflowuid");
  uid_t number = 65534;
  file >> number;
  return number;
}

/// Whether the number may mean several users. The kernel shows every user who has no number in this namespace as the
/// overflow user (usually 65534). If the namespace contains all users, that number means the user nobody.
bool may_stand_for_others(uid_t user) {
  static const uid_t number = overflow_user();
  if (user != number) return false;
  std::ifstream map("/proc/self/uid_map");
  std::uint64_t inside = 1, outside = 0, count = 0;
  map >> inside >> outside >> count;
  return inside != 0 || count != 0xFFFFFFFF;
}

}  // namespace

Result<PeerOwner> peer_owner(int connection) {
  Ends ends;
  if (!ends_of(connection, ends)) return unknown_owner(ends, fs::reason(errno));
  if (ends.own.sin_family != AF_INET) return unknown_owner(ends, say("not an IPv4 connection"));
  const auto found = find_peer(ends);
  // If this end is still connected, no other connection had the same ends when the kernel was asked.
  Ends now;
  if (!ends_of(connection, now)) return unknown_owner(ends, fs::reason(errno));
  if (!found || !has_owner(*found)) return unknown_owner(ends, say("its socket is closed or not on this machine"));
  if (may_stand_for_others(found->owner.user))
    return unknown_owner(ends, say("the user has no number in this user namespace"));
  return found->owner;
}

bool is_same_user_or_root(uid_t user) { return user == geteuid() || user == 0; }

}  // namespace hubcache::server
