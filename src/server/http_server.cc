#include "server/http_server.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

namespace hubcache::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = Connection::Clock;

Error cannot_listen(std::uint16_t port, const boost::system::error_code& problem) {
  const bool is_taken = problem == asio::error::address_in_use;
  return {is_taken ? ErrorCode::conflict : ErrorCode::failed,
          fmt::format("cannot listen on 127.0.0.1:{}: {}", port, problem.message()),
          is_taken ? "another program has the port: stop it, or take another with --port" : "try another --port"};
}

/// Neither Asio's own sockets nor those that it accepts are close-on-exec (Boost 1.74): a program that this process
/// starts would keep the port.
int new_listener() { return socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }
int next_connection(int listener) { return accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

}  // namespace

HttpServer::HttpServer(asio::io_context& io, Handler handler, Limits limits)
    : acceptor_(io), every_second_(io), handler_(std::move(handler)), limits_(limits) {}

/// Operations under way are given up with the io_context, which lives longer.
HttpServer::~HttpServer() {
  for (Connection* connection : connections_) connection->leave_guard();
}

Result<void> HttpServer::listen(std::uint16_t port) {
  const tcp::endpoint address(asio::ip::address_v4::loopback(), port);
  boost::system::error_code problem;
  fs::Descriptor listener(new_listener());
  if (!listener) return cannot_listen(port, last_error());
  acceptor_.assign(tcp::v4(), listener.get(), problem);
  if (!problem) static_cast<void>(listener.release());
  if (!problem) acceptor_.set_option(asio::socket_base::reuse_address(true), problem);
  if (!problem) acceptor_.bind(address, problem);
  if (!problem) acceptor_.listen(4096, problem);
  if (!problem) port_ = acceptor_.local_endpoint(problem).port();
  if (problem) return cannot_listen(port, problem);
  accept();
  look_after();
  return {};
}

void HttpServer::accept() {
  is_accepting_ = true;
  acceptor_.async_wait(tcp::acceptor::wait_read, [this](const boost::system::error_code& problem) {
    is_accepting_ = false;
    if (problem || !acceptor_.is_open()) return;
    const auto failed = take_connection();
    const bool is_full = connections_.size() >= limits_.connections || failed == asio::error::no_descriptors;
    if (is_full) make_room();  // and goes on when a connection has ended
    else accept();
  });
}

boost::system::error_code HttpServer::take_connection() {
  fs::Descriptor accepted(next_connection(acceptor_.native_handle()));
  if (!accepted) return last_error();
  tcp::socket socket(acceptor_.get_executor());
  boost::system::error_code problem;
  socket.assign(tcp::v4(), accepted.get(), problem);
  if (problem) return problem;
  static_cast<void>(accepted.release());
  std::make_shared<Connection>(std::move(socket), *this)->start();
  return {};
}

void HttpServer::accept_again() {
  if (!is_accepting_ && acceptor_.is_open() && connections_.size() < limits_.connections) accept();
}

/// The connection that is idle for longest goes.
void HttpServer::make_room() {
  Connection* oldest = nullptr;
  for (Connection* connection : connections_) {
    if (connection->is_idle() && (!oldest || connection->deadline() < oldest->deadline())) oldest = connection;
  }
  if (oldest) oldest->close();
}

void HttpServer::remove(Connection& connection) {
  connections_.erase(&connection);
  accept_again();
  if (when_drained_ && connections_.empty())
    asio::post(acceptor_.get_executor(), std::exchange(when_drained_, nullptr));
}

void HttpServer::look_after() {
  every_second_.expires_after(std::chrono::seconds(1));
  every_second_.async_wait([this](const boost::system::error_code& problem) {
    if (problem) return;
    close_late();
    accept_again();
    look_after();
  });
}

void HttpServer::close_late() {
  const auto now = Clock::now();
  for (Connection* connection : connections_) {
    if (connection->deadline() < now) connection->close();
  }
}

void HttpServer::drain(std::function<void()> done) {
  is_draining_ = true;
  when_drained_ = std::move(done);
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  for (Connection* connection : connections_) {
    if (connection->is_idle()) connection->close();
  }
  if (connections_.empty()) return asio::post(acceptor_.get_executor(), std::exchange(when_drained_, nullptr));
  every_second_.expires_after(limits_.to_drain);
  every_second_.async_wait([this](const boost::system::error_code& problem) {
    if (!problem && when_drained_) std::exchange(when_drained_, nullptr)();
  });
}

}  // namespace hubcache::server
