#include "unit/http/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace hubcache::test {
namespace {

sockaddr_in bound(int socket, const std::string& address) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  inet_pton(AF_INET, address.c_str(), &name.sin_addr);
  socklen_t length = sizeof name;
  if (bind(socket, reinterpret_cast<const sockaddr*>(&name), length) != 0 ||
      getsockname(socket, reinterpret_cast<sockaddr*>(&name), &length) != 0) {
    throw std::runtime_error("no loopback address " + address);
  }
  return name;
}

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

/// Reads up to the end of the headers; nullopt if the client has closed the connection.
std::optional<std::string> read_head(int socket) {
  std::string head;
  for (char byte = 0; !head.ends_with("\r\n\r\n"); head += byte) {
    if (recv(socket, &byte, 1, 0) != 1) return std::nullopt;
  }
  return head;
}

Request parse(const std::string& head) {
  Request request;
  const auto line_end = head.find("\r\n");
  const std::string line = head.substr(0, line_end);
  request.method = line.substr(0, line.find(' '));
  const auto start = request.method.size() + 1;
  request.target = line.substr(start, line.rfind(' ') - start);
  for (auto at = line_end + 2; at + 2 < head.size();) {
    const auto end = head.find("\r\n", at);
    const auto colon = head.find(':', at);
    const auto value = head.find_first_not_of(' ', colon + 1);
    request.headers[in_lower_case(head.substr(at, colon - at))] = head.substr(value, end - value);
    at = end + 2;
  }
  return request;
}

}  // namespace

std::string Request::header(const std::string& name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? "" : found->second;
}

bool Connection::send(std::string_view bytes) const {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool Connection::hangs_up_within(int milliseconds) const {
  pollfd what{socket_, POLLRDHUP, 0};
  return poll(&what, 1, milliseconds) > 0;
}

bool Connection::reply(int status, std::string_view body, std::string_view type,
                       const std::vector<std::string>& headers) const {
  std::string answer = "HTTP/1.1 " + std::to_string(status) + " Said\r\nContent-Type: " + std::string(type) +
                       "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
  for (const auto& header : headers) answer += header + "\r\n";
  return send(answer + "\r\n" + std::string(body));
}

LoopbackServer::LoopbackServer(Handler handler, const std::string& address)
    : handler_(std::move(handler)), address_(address) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  port_ = ntohs(bound(listener_, address).sin_port);
  listen(listener_, 64);
  acceptor_ = std::thread([this] { accept_all(); });
}

LoopbackServer::~LoopbackServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
  }
  for (auto& thread : threads_) thread.join();
  for (const int socket : sockets_) close(socket);
  close(listener_);
}

std::vector<Request> LoopbackServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

void LoopbackServer::accept_all() {
  for (int socket = 0; (socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    ++connections_;
    const int at_once = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof at_once);
    const std::lock_guard lock(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(socket); });
  }
}

void LoopbackServer::serve(int socket) {
  while (const auto head = read_head(socket)) {
    const Request request = parse(*head);
    {
      const std::lock_guard lock(mutex_);
      requests_.push_back(request);
    }
    const int now = ++at_once_;
    for (int most = most_at_once_; now > most && !most_at_once_.compare_exchange_weak(most, now);) {
    }
    const bool stays_open = handler_(Connection(socket), request);
    --at_once_;
    if (!stays_open) break;
  }
  shutdown(socket, SHUT_RDWR);
}

int unused_port() {
  const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int port = ntohs(bound(probe, "127.0.0.1").sin_port);
  close(probe);
  return port;
}

}  // namespace hubcache::test
