#include "server/tunnel.h"

#include <array>
#include <chrono>
#include <memory>

#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

namespace hubcache::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::minutes longest_silence(10);

class Tunnel : public std::enable_shared_from_this<Tunnel> {
 public:
  Tunnel(std::shared_ptr<Exchange> client, tcp::socket other)
      : silence_(other.get_executor()),
        client_(std::move(client)),
        other_(std::move(other)),
        ways_{Way{client_->socket(), {}, {}}, Way{other_, {}, {}}} {}

  void start() {
    first_ = client_->take_over();
    client_->when_closed([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->close();
    });
    touch();
    asio::async_write(other_, asio::buffer(first_), [self = shared_from_this()](const Error& problem, std::size_t) {
      if (problem) return self->close();
      self->read(0);
      self->read(1);
    });
  }

 private:
  using Error = boost::system::error_code;

  /// One direction of the tunnel.
  struct Way {
    tcp::socket& from;
    std::array<char, 32 << 10> piece;
    bool has_ended = false;
  };

  void read(int side) {
    Way& way = ways_[side];
    way.from.async_read_some(asio::buffer(way.piece),
                             [self = shared_from_this(), side](const Error& problem, std::size_t count) {
                               if (problem == asio::error::eof) return self->end(side);
                               if (problem) return self->close();
                               self->touch();
                               self->write(side, count);
                             });
  }

  void write(int side, std::size_t count) {
    asio::async_write(ways_[1 - side].from, asio::buffer(ways_[side].piece, count),
                      [self = shared_from_this(), side](const Error& problem, std::size_t) {
                        if (problem) return self->close();
                        self->read(side);
                      });
  }

  void end(int side) {
    ways_[side].has_ended = true;
    Error ignored;
    ways_[1 - side].from.shutdown(tcp::socket::shutdown_send, ignored);
    if (ways_[1 - side].has_ended) close();
  }

  void touch() {
    client_->made_progress();
    silence_.expires_after(longest_silence);
    silence_.async_wait([weak = weak_from_this()](const Error& problem) {
      if (const auto self = weak.lock(); self && !problem) self->close();
    });
  }

  void close() {
    Error ignored;
    silence_.cancel();
    for (Way& way : ways_) way.from.close(ignored);
  }

  asio::steady_timer silence_;
  std::shared_ptr<Exchange> client_;
  tcp::socket other_;
  std::array<Way, 2> ways_;
  std::string first_;
};

}  // namespace

void join(std::shared_ptr<Exchange> client, tcp::socket other) {
  std::make_shared<Tunnel>(std::move(client), std::move(other))->start();
}

}  // namespace hubcache::server
