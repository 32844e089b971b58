// One request and its answer, for the code that answers: as a whole, in pieces, or by taking over the connection.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "server/front.h"
#include "server/message.h"
#include "server/peer_owner.h"

namespace hubcache::server {

class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const Request& request() const = 0;
  /// Returns the owner of the client's socket, determined when the connection was accepted; an Error if unknown.
  virtual const Result<PeerOwner>& peer() const = 0;
  /// Returns the site that the client believes to have asked, by https; nullptr if it asked this server itself. The
  /// request's target then has the prefix of the site.
  virtual const Front* front() const = 0;
  /// Returns the client's IP address; 0.0.0.0 if it is unknown.
  virtual const boost::asio::ip::address& client() const = 0;

  /// Sends the whole answer. Call it once.
  virtual void answer(Answer answer) = 0;

  /// Sends an answer in pieces: begin() sends the head (status, headers, and the length if known; else the pieces are
  /// sent as chunks), each send() sends a piece after the previous call's `then` was called, finish() ends the answer.
  /// `then(false)`: the client has disconnected; send nothing more.
  using Then = std::function<void(bool is_open)>;
  virtual void begin(unsigned status, std::string headers, std::optional<std::uint64_t> length, Then then) = 0;
  virtual void send(std::string piece, Then then) = 0;
  virtual void finish() = 0;
  /// Ends the connection in the middle of an answer, so that the client notices that the answer is incomplete.
  virtual void abort() = 0;

  /// Reads the next piece of the request's body; "" at its end. nullopt: the client has disconnected, or the body is
  /// invalid.
  virtual void read_body(std::function<void(std::optional<std::string_view> piece)> then) = 0;

  /// Sets a function that is called once if the connection is closed before the answer has ended. For code that waits
  /// for something else, for example the upstream.
  virtual void when_closed(std::function<void()> then) = 0;

  /// Takes over the connection, for CONNECT: afterwards the caller reads from and writes to the socket, and calls
  /// made_progress() after bytes were transferred in either direction. Returns the bytes that the client has already
  /// sent after the request. As long as the exchange exists, the connection counts as one, and the server may close it.
  virtual std::string take_over() = 0;
  virtual boost::asio::ip::tcp::socket& socket() = 0;
  virtual void made_progress() = 0;

  /// Keeps an object alive until the connection's next request, for code that answers later.
  void hold(std::shared_ptr<const void> object) { held_ = std::move(object); }
  const std::shared_ptr<const void>& held() const { return held_; }

  /// Says what the request is about, for figures and logs, until the connection's next request; "" if it is unknown.
  void set_topic(std::string topic) { topic_ = std::move(topic); }
  const std::string& topic() const { return topic_; }

 private:
  std::shared_ptr<const void> held_;
  std::string topic_;
};

/// Answers each request, immediately or later. Called on the server's only thread.
using Handler = std::function<void(const std::shared_ptr<Exchange>&)>;

}  // namespace hubcache::server
