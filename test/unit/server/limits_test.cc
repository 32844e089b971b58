// Clients that are slow, stuck or too many. The limits are one second here; the deadlines are the server's own.
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <thread>
#include <vector>

#include <boost/asio/post.hpp>

#include "server/http_server.h"

namespace hubcache::server::limits_test {
namespace {

using std::chrono::seconds;

constexpr std::size_t large = 64 << 20;  ///< bytes; more than the sockets' buffers hold

/// Answers "/large" with a large body and anything else with "ok"; reads the body of a request first.
void answer(const std::shared_ptr<Exchange>& exchange) {
  if (exchange->request().has_body) {
    exchange->read_body([exchange](std::optional<std::string_view> piece) {
      if (piece) exchange->answer({200, "", "ok"});
    });
  } else {
    exchange->answer({200, "", exchange->request().target == "/large" ? std::string(large, 'x') : "ok"});
  }
}

class Running {
 public:
  explicit Running(Limits limits, Observer* observer = nullptr) : server_(io_, answer, limits) {
    if (observer) server_.observe(*observer);
    REQUIRE(server_.listen(boost::asio::ip::address_v4::loopback(), 0));
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Running() {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }
  std::uint16_t port() const { return server_.port(); }
  /// Returns when all exchanges have ended.
  void drain() {
    boost::asio::post(io_, [this] { server_.drain([this] { io_.stop(); }); });
    thread_.join();
    thread_ = std::thread();
  }

 private:
  boost::asio::io_context io_;
  HttpServer server_;
  std::thread thread_;
};

class Client {
 public:
  explicit Client(const Running& server) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{30, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  void say(std::string_view text) const {
    REQUIRE(send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size()));
  }
  bool is_answered() const {
    say("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    char piece[4096];
    const ssize_t count = recv(socket_.get(), piece, sizeof piece, 0);
    return count > 0 && std::string_view(piece, static_cast<std::size_t>(count)).ends_with("ok");
  }
  std::string status() const {
    char piece[4096];
    const ssize_t count = recv(socket_.get(), piece, sizeof piece, 0);
    return std::string(piece, count > 0 ? static_cast<std::size_t>(count) : 0).substr(9, 3);
  }
  /// Returns the bytes until the server closes the connection; nullopt if it does not.
  std::optional<std::size_t> read_to_end() const {
    std::size_t bytes = 0;
    std::string piece(1 << 20, '\0');
    for (ssize_t count; (count = recv(socket_.get(), piece.data(), piece.size(), 0)) != 0;
         bytes += static_cast<std::size_t>(count)) {
      if (count < 0) return errno == ECONNRESET ? std::optional(bytes) : std::nullopt;
    }
    return bytes;
  }

 private:
  fs::Descriptor socket_;
};

}  // namespace

TEST_CASE("an unfinished header and a silent connection are closed") {
  const Running server(Limits{.for_header = seconds(1), .idle = seconds(1)});
  const Client half(server), silent(server);
  half.say("GET / HTTP/1.1\r\nHo");
  CHECK(half.read_to_end().has_value());
  CHECK(silent.read_to_end() == 0);
  CHECK(Client(server).is_answered());
}

TEST_CASE("the observer learns of an answer that the server's end cuts off") {
  struct Noting final : Observer {
    void sent(std::uint64_t) override {}
    void ended(const Ended& one) override { are_complete.push_back(one.is_complete); }
    std::vector<bool> are_complete;
  } observer;
  Running server(Limits{.to_drain = seconds(1)}, &observer);
  const Client deaf(server);
  deaf.say("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(deaf.status() == "200");
  server.drain();
  CHECK(observer.are_complete == std::vector<bool>{false});
}

TEST_CASE("a missing body and an unread answer end the connection") {
  const Running server(Limits{.without_progress = seconds(1)});
  const Client deaf(server);
  deaf.say("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  // Each of these two clients waits a second for its end; the time of `deaf` expires meanwhile.
  for (int i = 0; i < 2; ++i) {
    const Client owing(server);
    owing.say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
    CHECK(owing.read_to_end().has_value());
  }
  const auto got = deaf.read_to_end();
  REQUIRE(got.has_value());
  CHECK(*got < large);
  CHECK(Client(server).is_answered());
}

TEST_CASE("a body above the size limit is refused") {
  const Running server(Limits{.body_bytes = 10});
  const Client client(server);
  client.say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
  CHECK(client.status() == "413");
  const Client fitting(server);
  fitting.say("PUT / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n0123456789");
  CHECK(fitting.status() == "200");
}

TEST_CASE("if there are too many connections, the longest idle one is closed") {
  const Running server(Limits{.connections = 6, .of_one_user = 3});
  const Client first(server);
  CHECK(first.is_answered());
  const Client second(server);
  CHECK(second.is_answered());
  const Client third(server), fourth(server);
  CHECK(third.is_answered());
  CHECK(first.read_to_end() == 0);
  CHECK(fourth.is_answered());
  CHECK(second.is_answered());
}

TEST_CASE("half a header and an unread answer are closed before quick clients") {
  const Running server(Limits{.connections = 6, .of_one_user = 3});
  const Client half(server), deaf(server);
  half.say("GET / HTTP/1.1\r\nHo");
  deaf.say("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(deaf.status() == "200");
  const Client quick(server);
  CHECK(quick.is_answered());
  const Client next(server);
  CHECK(next.is_answered());
  CHECK(half.read_to_end().has_value());
  CHECK(quick.is_answered());
  const Client last(server);
  CHECK(last.is_answered());
  const auto got = deaf.read_to_end();
  REQUIRE(got.has_value());
  CHECK(*got < large);
  CHECK(quick.is_answered());
}

}  // namespace hubcache::server::limits_test
