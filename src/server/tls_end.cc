#include "server/tls_end.h"

#include <array>
#include <cerrno>
#include <chrono>

#include <sys/socket.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "fs/descriptor.h"

namespace hubcache::server {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::seconds;

constexpr seconds for_handshake(30), to_read(120);
constexpr seconds to_hang_up(5);  // for the client to close the connection after the end of TLS

/// Makes two connected sockets. They are no TCP sockets, but Asio does not check the family.
bool connect_pair(tcp::socket& one, tcp::socket& other) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends) != 0) return false;
  fs::Descriptor first(ends[0]), second(ends[1]);
  boost::system::error_code problem;
  one.assign(tcp::v4(), first.get(), problem);
  if (problem) return false;
  static_cast<void>(first.release());
  other.assign(tcp::v4(), second.get(), problem);
  if (problem) return false;
  static_cast<void>(second.release());
  return true;
}

class TlsEnd : public std::enable_shared_from_this<TlsEnd> {
 public:
  TlsEnd(std::shared_ptr<Exchange> client, std::shared_ptr<asio::ssl::context> context, TakePlain take)
      : client_(std::move(client)),
        context_(std::move(context)),
        take_(std::move(take)),
        deadline_(client_->socket().get_executor()),
        tls_(client_->socket(), *context_),
        plain_(client_->socket().get_executor()) {}

  void start() {
    first_ = client_->take_over();
    client_->when_closed([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->close();
    });
    allow(for_handshake);
    tls_.async_handshake(asio::ssl::stream_base::server, asio::buffer(first_),
                         [self = shared_from_this()](const Error& problem, std::size_t) {
                           if (problem) return self->close();
                           self->begin();
                         });
  }

 private:
  using Error = boost::system::error_code;
  using Piece = std::array<char, 64 << 10>;

  void begin() {
    tcp::socket other(plain_.get_executor());
    if (!connect_pair(plain_, other)) return close();
    await_without_limit();
    std::exchange(take_, nullptr)(std::move(other));
    read_client();
    read_plain();
  }

  // ---- from the client

  void read_client() {
    tls_.async_read_some(asio::buffer(from_client_),
                         [self = shared_from_this()](const Error& problem, std::size_t count) {
                           if (self->is_ending_) return;
                           if (problem == asio::error::eof || problem == asio::ssl::error::stream_truncated)
                             return self->end_requests();
                           if (problem) return self->close();
                           self->client_->made_progress();
                           self->write_plain(count);
                         });
  }

  void write_plain(std::size_t count) {
    asio::async_write(plain_, asio::buffer(from_client_, count),
                      [self = shared_from_this()](const Error& problem, std::size_t) {
                        // The other end is closed. Its answer may still be on the way to the client.
                        if (problem) return;
                        self->read_client();
                      });
  }

  void end_requests() {
    Error ignored;
    plain_.shutdown(tcp::socket::shutdown_send, ignored);
  }

  // ---- to the client

  void read_plain() {
    plain_.async_read_some(asio::buffer(from_plain_),
                           [self = shared_from_this()](const Error& problem, std::size_t count) {
                             if (problem) return self->end_answers();
                             self->write_client(count);
                           });
  }

  void write_client(std::size_t count) {
    allow(to_read);
    asio::async_write(tls_, asio::buffer(from_plain_, count),
                      [self = shared_from_this()](const Error& problem, std::size_t) {
                        if (problem) return self->close();
                        self->await_without_limit();
                        self->client_->made_progress();
                        self->read_plain();
                      });
  }

  /// Tells the client that no more bytes follow. A shutdown of TLS waits for the client to say the same.
  void end_answers() {
    if (std::exchange(is_ending_, true)) return;
    allow(to_hang_up);
    tls_.async_shutdown([self = shared_from_this()](const Error&) { self->linger(); });
  }

  /// Reads until the client closes the connection: closing immediately would reset the connection before the client
  /// has read the answer.
  void linger() {
    Error ignored;
    client_->socket().shutdown(tcp::socket::shutdown_send, ignored);
    client_->socket().async_read_some(asio::buffer(from_plain_),
                                      [self = shared_from_this()](const Error& problem, std::size_t) {
                                        if (problem) return self->close();
                                        self->linger();
                                      });
  }

  void allow(seconds time) {
    deadline_.expires_after(time);
    deadline_.async_wait([weak = weak_from_this()](const Error&) {
      const auto self = weak.lock();
      const bool is_over = self && self->deadline_.expiry() <= asio::steady_timer::clock_type::now();
      if (is_over) self->close();
    });
  }
  void await_without_limit() { deadline_.expires_at(asio::steady_timer::time_point::max()); }

  void close() {
    Error ignored;
    is_ending_ = true;
    await_without_limit();
    plain_.close(ignored);
    client_->socket().close(ignored);
  }

  std::shared_ptr<Exchange> client_;
  std::shared_ptr<asio::ssl::context> context_;
  TakePlain take_;
  asio::steady_timer deadline_;
  asio::ssl::stream<tcp::socket&> tls_;
  tcp::socket plain_;
  std::string first_;
  Piece from_client_, from_plain_;
  bool is_ending_ = false;
};

}  // namespace

void end_tls(std::shared_ptr<Exchange> client, std::shared_ptr<asio::ssl::context> context, TakePlain take) {
  std::make_shared<TlsEnd>(std::move(client), std::move(context), std::move(take))->start();
}

}  // namespace hubcache::server
