#include "server/http_server.h"

#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <functional>
#include <vector>

#include <fmt/format.h>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include "base/language.h"

namespace hubcache::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Clock = Connection::Clock;

Error cannot_listen(const tcp::endpoint& address, const boost::system::error_code& problem) {
  const bool is_taken = problem == asio::error::address_in_use;
  const std::string name =
      address.address().is_v6() ? "[" + address.address().to_string() + "]" : address.address().to_string();
  return {is_taken ? ErrorCode::conflict : ErrorCode::failed,
          say("cannot listen on {}:{}: {}", name, address.port(), problem.message()),
          is_taken ? say("stop the program that uses the port, or use another --port") : say("use another --port")};
}

/// Makes a close-on-exec socket. Asio (Boost 1.74) makes and accepts sockets without close-on-exec: programs that this
/// process starts would keep the port in use.
int new_listener(int family) { return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }
int next_connection(int listener) { return accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC); }

/// Returns how many connections the limit of open files allows: each connection may need a second descriptor, for a
/// file or for the hub, and this process needs some for itself.
std::size_t most_connections() {
  constexpr rlim_t own = 64, fewest = 16;
  rlimit files{};
  if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return SIZE_MAX;
  return std::max(fewest, (std::max(files.rlim_cur, own) - own) / 2);
}

boost::system::error_code last_error() { return {errno, boost::system::system_category()}; }

}  // namespace

HttpServer::HttpServer(asio::io_context& io, Handler handler, Limits limits)
    : acceptor_(io), every_second_(io), end_of_drain_(io), handler_(std::move(handler)), limits_(limits) {}

/// Running operations end with the io_context, which outlives this object.
HttpServer::~HttpServer() {
  for (Connection* connection : connections_) connection->leave_guard();
}

void HttpServer::limit_connections() {
  limits_.connections = std::min(limits_.connections, most_connections());
  limits_.of_one_user = std::min(limits_.of_one_user, std::max<std::size_t>(limits_.connections / 2, 1));
}

Result<void> HttpServer::listen(PassedSocket passed) {
  limit_connections();
  boost::system::error_code problem;
  acceptor_.assign(passed.ip.is_v6() ? tcp::v6() : tcp::v4(), passed.listener.get(), problem);
  if (problem) return cannot_listen({passed.ip, passed.port}, problem);
  static_cast<void>(passed.listener.release());
  asks_for_owners_ = passed.ip.is_loopback();
  port_ = passed.port;
  accept();
  look_after();
  return {};
}

Result<void> HttpServer::listen(const asio::ip::address& ip, std::uint16_t port) {
  limit_connections();
  const tcp::endpoint address(ip, port);
  boost::system::error_code problem;
  asks_for_owners_ = ip.is_loopback();
  fs::Descriptor listener(new_listener(address.protocol().family()));
  if (!listener) return cannot_listen(address, last_error());
  acceptor_.assign(address.protocol(), listener.get(), problem);
  if (!problem) static_cast<void>(listener.release());
  if (!problem) acceptor_.set_option(asio::socket_base::reuse_address(true), problem);
  if (!problem) acceptor_.bind(address, problem);
  if (!problem) acceptor_.listen(4096, problem);
  if (!problem) port_ = acceptor_.local_endpoint(problem).port();
  if (problem) return cannot_listen(address, problem);
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
    if (failed != asio::error::no_descriptors) return accept_again();
    close_slowest(busiest_user(), nullptr);  // closing one accepts again; otherwise look_after() does after a second
  });
}

boost::system::error_code HttpServer::take_connection() {
  fs::Descriptor accepted(next_connection(acceptor_.native_handle()));
  if (!accepted) return last_error();
  tcp::socket socket(acceptor_.get_executor());
  boost::system::error_code problem;
  const tcp protocol = acceptor_.local_endpoint(problem).protocol();
  if (!problem) socket.assign(protocol, accepted.get(), problem);
  if (problem) return problem;
  static_cast<void>(accepted.release());
  const auto connection = std::make_shared<Connection>(std::move(socket), *this);
  connection->start();
  keep_to_limits(*connection);
  return {};
}

void HttpServer::serve_plain(tcp::socket plain, std::shared_ptr<Exchange> tls, std::shared_ptr<const Front> front) {
  const auto connection = std::make_shared<Connection>(std::move(plain), *this, std::move(tls), std::move(front));
  connection->start();
  keep_to_limits(*connection);
}

void HttpServer::accept_again() {
  if (!is_accepting_ && acceptor_.is_open()) accept();
}

/// Closes the slowest connection of the user who has too many, so that no user can block another user.
void HttpServer::keep_to_limits(const Connection& newest) {
  const auto own = of_user_.find(newest.user());
  if (own == of_user_.end()) return;  // the newest is already closed
  if (own->second > limits_.of_one_user) return close_slowest(newest.user(), &newest);
  if (connections_.size() > limits_.connections) close_slowest(busiest_user(), &newest);
}

/// Closes the connection of the user, other than `spared`, that has made no progress for the longest time. Chooses it
/// among the tunnels and the connections that wait for their client, if there are any.
void HttpServer::close_slowest(std::optional<uid_t> user, const Connection* spared) {
  Connection* slowest = nullptr;
  const auto haste = [](const Connection& connection) {
    return std::pair(!connection.waits_for_client(), connection.last_progress());
  };
  for (Connection* connection : connections_) {
    const bool is_candidate = connection != spared && connection->user() == user;
    if (is_candidate && (!slowest || haste(*connection) < haste(*slowest))) slowest = connection;
  }
  if (slowest) slowest->close();
}

std::optional<uid_t> HttpServer::busiest_user() const {
  const auto busiest = std::ranges::max_element(of_user_, {}, [](const auto& entry) { return entry.second; });
  return busiest == of_user_.end() ? std::nullopt : busiest->first;
}

void HttpServer::add(Connection& connection) {
  connections_.insert(&connection);
  ++of_user_[connection.user()];
}

void HttpServer::remove(Connection& connection) {
  connections_.erase(&connection);
  if (--of_user_[connection.user()] == 0) of_user_.erase(connection.user());
  accept_again();
  if (when_drained_ && has_ended_all()) asio::post(acceptor_.get_executor(), std::exchange(when_drained_, nullptr));
}

/// Ignores tunnels, since this process does not know when they end.
bool HttpServer::has_ended_all() const { return std::ranges::all_of(connections_, &Connection::is_tunnel); }

void HttpServer::look_after() {
  every_second_.expires_after(std::chrono::seconds(1));
  every_second_.async_wait([this](const boost::system::error_code& problem) {
    if (problem) return;
    close_late();
    accept_again();
    look_after();
  });
}

template <class Condition>
void HttpServer::close_if(Condition holds) {
  std::vector<Connection*> chosen;  // closing a connection removes it from the set
  std::ranges::copy_if(connections_, std::back_inserter(chosen),
                       [&](const Connection* connection) { return std::invoke(holds, *connection); });
  for (Connection* connection : chosen) connection->close();
}

void HttpServer::close_late() {
  const auto now = Clock::now();
  close_if([now](const Connection& connection) { return connection.deadline() < now; });
}

void HttpServer::drain(std::function<void()> done) {
  is_draining_ = true;
  when_drained_ = std::move(done);
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  close_if(&Connection::is_idle);
  for (Connection* connection : connections_) connection->hurry(limits_.for_header_in_drain);
  if (when_drained_ && has_ended_all())
    return asio::post(acceptor_.get_executor(), std::exchange(when_drained_, nullptr));
  end_of_drain_.expires_after(limits_.to_drain);
  end_of_drain_.async_wait([this](const boost::system::error_code& problem) {
    // Tells the observer of their ends. The end of the last one calls when_drained_.
    if (!problem) close_if([](const Connection& connection) { return !connection.is_tunnel(); });
  });
}

}  // namespace hubcache::server
