// A client's connection (HTTP/1.1): reads one request after the other, and answers each before reading the next.
#pragma once

#include <array>
#include <chrono>
#include <memory>
#include <optional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "server/exchange.h"
#include "server/file_sender.h"
#include "server/limits.h"
#include "server/observer.h"

namespace hubcache::server {

class Connection;

/// The owner of the connections: their shared data, and the list of connections.
struct Guard {
  virtual ~Guard() = default;
  virtual void add(Connection& connection) = 0;
  virtual void remove(Connection& connection) = 0;
  virtual bool is_draining() const = 0;
  virtual bool asks_for_owners() const = 0;  ///< of the clients' sockets
  virtual const Limits& limits() const = 0;
  virtual const Handler& handler() const = 0;
  virtual Observer* observer() const = 0;  ///< nullptr: nobody observes the requests
};

class Connection final : public Exchange, public std::enable_shared_from_this<Connection> {
 public:
  using Socket = boost::asio::ip::tcp::socket;
  using Clock = std::chrono::steady_clock;

  Connection(Socket socket, Guard& guard);
  /// For the plain bytes of `tls`, the connection of a client that has asked for a front; `socket` is this process's
  /// own.
  Connection(Socket socket, Guard& guard, std::shared_ptr<Exchange> tls, std::shared_ptr<const Front> front);
  ~Connection() override;
  void start();

  bool is_idle() const { return is_idle_; }
  bool is_tunnel() const { return is_tunnel_; }
  /// Whether the exchange waits for the client, and not for this process or the hub.
  bool waits_for_client() const { return is_tunnel_ || deadline_ != Clock::time_point::max(); }
  /// Returns when the client last did what the server had been waiting for.
  Clock::time_point last_progress() const { return last_progress_; }
  /// Returns the client's user; nullopt if the user is unknown. All unknown users count as one user.
  std::optional<uid_t> user() const { return peer_ ? std::optional(peer_->user) : std::nullopt; }
  /// Returns when the connection is closed if the client does nothing.
  Clock::time_point deadline() const { return deadline_; }
  /// Shortens the time for the rest of a request's header.
  void hurry(std::chrono::seconds time);
  void close();  ///< also removes the connection from the Guard
  void leave_guard() { guard_ = nullptr; }

  const Request& request() const override { return request_; }
  const Result<PeerOwner>& peer() const override { return peer_; }
  const Front* front() const override { return front_.get(); }
  const boost::asio::ip::address& client() const override { return client_; }
  void answer(Answer answer) override;
  void begin(unsigned status, std::string headers, std::optional<std::uint64_t> length, Then then) override;
  void send(std::string piece, Then then) override;
  void finish() override;
  void abort() override;
  void read_body(std::function<void(std::optional<std::string_view> piece)> then) override;
  void when_closed(std::function<void()> then) override { when_closed_ = std::move(then); }
  std::string take_over() override;
  Socket& socket() override { return socket_; }
  void made_progress() override { last_progress_ = Clock::now(); }

 private:
  using Error = boost::system::error_code;
  using Parser = boost::beast::http::request_parser<boost::beast::http::buffer_body>;

  void wait_for_request();
  void read_more();
  void read_header();
  void take_request(const Error& problem);
  void refuse(const Error& problem);
  void fill_request();
  std::string head_of(unsigned status, const std::string& headers, std::optional<std::uint64_t> length) const;
  void write(std::string bytes, Then then);
  void send_file();
  void end_exchange();
  void count(std::uint64_t bytes);
  void tell_of_end(bool is_complete);
  bool expects_more() const;
  void linger();
  void allow(std::chrono::seconds time) {
    made_progress();
    deadline_ = last_progress_ + time;
  }
  void take_body_piece(const Error& problem, std::function<void(std::optional<std::string_view>)> then);

  Socket socket_;
  const Result<PeerOwner> peer_;
  const std::shared_ptr<Exchange> tls_;  ///< the client's connection, if `socket_` has the plain bytes of it
  const std::shared_ptr<const Front> front_;
  const boost::asio::ip::address client_;
  std::string target_;  ///< the request's target with the prefix of `front_`
  Guard* guard_;        ///< nullptr after the server's end
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;  ///< parser of the current request
  Request request_;
  std::string out_;
  std::optional<FileSender> file_;
  std::unique_ptr<std::array<char, 64 << 10>> body_piece_;
  std::uint64_t body_left_ = 0;    ///< bytes that may still be sent of the body that begin() announced
  bool is_body_measured_ = false;  ///< begin() announced the body's length
  std::function<void()> when_closed_;
  unsigned status_ = 0;           ///< of the answer; 0 before it
  std::uint64_t sent_ = 0;        ///< bytes of the answer
  bool is_observed_ = false;      ///< a request was received, and the Observer does not know its end yet
  Clock::time_point began_ = {};  ///< when the request's header was complete
  Clock::time_point deadline_ = Clock::time_point::max(), last_progress_ = Clock::now();
  bool is_watched_ = true, is_tunnel_ = false;
  bool is_idle_ = false;
  bool has_request_ = false;  ///< the header of the current request is complete
  bool keeps_ = false, in_chunks_ = false, continues_ = false;
};

}  // namespace hubcache::server
