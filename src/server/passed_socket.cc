#include "server/passed_socket.h"

#include <charconv>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>

#include "base/language.h"
#include "base/text.h"

namespace hubcache::server {
namespace {

constexpr int first_passed = 3;  // SD_LISTEN_FDS_START

long number_in(const Environment& environment, std::string_view name) {
  const std::string text = environment.get(name).value_or("");
  long value = -1;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failure == std::errc() && end == text.data() + text.size() ? value : -1;
}

Error not_usable(const std::string& what) {
  return {ErrorCode::usage, what, say("pass one listening TCP socket: ListenStream=ADDRESS:PORT in the socket unit")};
}

bool is_listening(int socket) {
  int listens = 0, type = 0;
  socklen_t size = sizeof listens;
  if (getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0) return false;
  size = sizeof type;
  return getsockopt(socket, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && listens != 0 && type == SOCK_STREAM;
}

}  // namespace

Result<std::optional<PassedSocket>> passed_socket(const Environment& environment) {
  const long count = number_in(environment, "LISTEN_FDS");
  const std::string value = environment.get("LISTEN_FDS").value_or("");
  if (number_in(environment, "LISTEN_PID") != getpid() || value.empty() || count == 0)
    return std::optional<PassedSocket>();
  if (count < 0) return not_usable(say("LISTEN_FDS has the value {}, which is not a number", in_quotes(value)));
  if (count > 1) return not_usable(say("LISTEN_FDS passes {} sockets", count));
  boost::asio::ip::tcp::endpoint endpoint;
  auto length = static_cast<socklen_t>(endpoint.capacity());
  const bool has_name = getsockname(first_passed, endpoint.data(), &length) == 0;
  const int family = endpoint.data()->sa_family;
  const bool is_tcp = has_name && (family == AF_INET || family == AF_INET6) && is_listening(first_passed);
  if (!is_tcp) return not_usable(say("the descriptor that LISTEN_FDS passes is no listening TCP socket"));
  PassedSocket passed{fs::Descriptor(first_passed), endpoint.address(), endpoint.port()};
  // Programs that this process starts would keep the port in use.
  fcntl(first_passed, F_SETFD, FD_CLOEXEC);
  fcntl(first_passed, F_SETFL, fcntl(first_passed, F_GETFL) | O_NONBLOCK);
  return std::optional(std::move(passed));
}

}  // namespace hubcache::server
