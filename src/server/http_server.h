// Accepts connections and limits their number and duration. One thread serves all of them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <hubcache/result.h>

#include "server/connection.h"
#include "server/passed_socket.h"

namespace hubcache::server {

class HttpServer final : public Guard {
 public:
  HttpServer(boost::asio::io_context& io, Handler handler, Limits limits = {});
  ~HttpServer() override;

  /// Opens the port. Clients can then connect, and get answers as soon as the io_context runs. Port 0: any free port.
  /// ErrorCode::conflict if the port is in use. Beyond loopback, Exchange::peer() is unknown.
  Result<void> listen(const boost::asio::ip::address& ip, std::uint16_t port);
  /// The same with a socket that another program has opened.
  Result<void> listen(PassedSocket passed);
  std::uint16_t port() const { return port_; }

  /// Tells `observer`, which must outlive this object, about the requests.
  void observe(Observer& observer) { observer_ = &observer; }
  std::size_t connections() const { return connections_.size(); }

  /// Serves the plain bytes of the connection `tls`, which another socket of this process has at its other end.
  void serve_plain(boost::asio::ip::tcp::socket plain, std::shared_ptr<Exchange> tls,
                   std::shared_ptr<const Front> front);

  /// Stops accepting connections and requests. Calls `done` when the running exchanges have ended, or after
  /// Limits::to_drain.
  void drain(std::function<void()> done);
  bool is_draining() const override { return is_draining_; }

 private:
  void add(Connection& connection) override;
  void remove(Connection& connection) override;
  bool asks_for_owners() const override { return asks_for_owners_; }
  const Limits& limits() const override { return limits_; }
  const Handler& handler() const override { return handler_; }
  Observer* observer() const override { return observer_; }

  void limit_connections();
  void accept();
  boost::system::error_code take_connection();
  void accept_again();
  void keep_to_limits(const Connection& newest);
  void close_slowest(std::optional<uid_t> user, const Connection* spared);
  std::optional<uid_t> busiest_user() const;
  bool has_ended_all() const;
  void look_after();
  void close_late();
  template <class Condition>
  void close_if(Condition holds);

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer every_second_, end_of_drain_;
  Handler handler_;
  Observer* observer_ = nullptr;
  Limits limits_;
  std::unordered_set<Connection*> connections_;
  std::map<std::optional<uid_t>, std::size_t> of_user_;  ///< number of connections by user
  std::uint16_t port_ = 0;
  bool is_accepting_ = false, is_draining_ = false, asks_for_owners_ = true;
  std::function<void()> when_drained_;
};

}  // namespace hubcache::server
