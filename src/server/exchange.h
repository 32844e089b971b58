// One request and its answer, as those see it who answer: whole, in pieces, or by taking the connection over.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>

#include "server/message.h"
#include "server/peer_owner.h"

namespace hubcache::server {

class Exchange {
 public:
  virtual ~Exchange() = default;
  virtual const Request& request() const = 0;
  /// Who connected, as found when the connection was accepted; an Error if unknown.
  virtual const Result<PeerOwner>& peer() const = 0;

  /// Answers, once.
  virtual void answer(Answer answer) = 0;

  /// Or in pieces: the head (status and headers; the length where it is known, else the pieces go as chunks), then
  /// pieces, each when `then` of the one before was called, then the end. `then(false)`: the client is gone, and
  /// nothing more may be said.
  using Then = std::function<void(bool is_open)>;
  virtual void begin(unsigned status, std::string headers, std::optional<std::uint64_t> length, Then then) = 0;
  virtual void send(std::string piece, Then then) = 0;
  virtual void finish() = 0;
  /// Ends the connection in the middle of an answer: the client sees that it is not whole.
  virtual void abort() = 0;

  /// The next piece of the request's body; "" at its end. nullopt: the client is gone, or sent what is none.
  virtual void read_body(std::function<void(std::optional<std::string_view> piece)> then) = 0;

  /// Called once if the connection is closed before the answer has ended, for whoever waits for something else.
  virtual void when_closed(std::function<void()> then) = 0;

  /// For CONNECT: from then on the caller reads from and writes to the socket, and calls made_progress() when bytes
  /// went either way. Returns what the client has sent already behind the request. The connection counts among the
  /// others, and may be closed, as long as the exchange is kept.
  virtual std::string take_over() = 0;
  virtual boost::asio::ip::tcp::socket& socket() = 0;
  virtual void made_progress() = 0;
};

/// Answers each request, now or later. Called on the server's one thread.
using Handler = std::function<void(const std::shared_ptr<Exchange>&)>;

}  // namespace hubcache::server
