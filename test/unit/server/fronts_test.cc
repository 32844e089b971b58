// Clients that reach a front by CONNECT and TLS.
#include "server/fronts.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <atomic>
#include <csignal>
#include <future>
#include <thread>

#include "fs/descriptor.h"
#include "server/forward_proxy.h"
#include "server/http_server.h"

namespace hubcache::server {
namespace {

constexpr std::size_t piece = 1 << 20;
constexpr std::size_t most_in_transit = 24 << 20;  // bytes in the buffers of three sockets, and in this process's
const Front hub{"https://www.hub.example", "www.hub.example", "443", "/hub"};

/// Answers "/hub/endless" with pieces until the client has gone, "/hub/broken" with half of an answer, a request with a
/// body with the length of the body, and others with the site and the target.
class Running {
 public:
  Running()
      : way_(io_, without_way_out()),
        proxy_(Egress::free, {}, way_, [](const std::string&) {}),
        server_(io_, [this](const auto& exchange) { handle(exchange); }) {
    auto fronts = Fronts::make({hub}, [this](auto plain, auto tls, auto front) {
      server_.serve_plain(std::move(plain), std::move(tls), std::move(front));
    });
    REQUIRE(fronts);
    authority_ = (*fronts)->authority();
    proxy_.answer_fronts(*std::move(fronts));
    REQUIRE(server_.listen(boost::asio::ip::address_v4::loopback(), 0));
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Running() {
    io_.stop();
    thread_.join();
  }
  std::uint16_t port() const { return server_.port(); }
  const std::string& authority() const { return authority_; }
  std::size_t sent() const { return sent_; }
  void wait_for_the_end() {
    REQUIRE(ended_.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready);
  }

 private:
  /// Nothing listens on port 9, so a request that is passed on fails.
  static Environment without_way_out() {
    Environment environment;
    environment.variables = {{"https_proxy", "http://127.0.0.1:9"}};
    return environment;
  }

  void handle(const std::shared_ptr<Exchange>& exchange) {
    const Request& request = exchange->request();
    if (!exchange->front()) return proxy_.handle(exchange);
    if (request.target == "/hub/endless")
      return exchange->begin(200, "", std::nullopt, [this, exchange](bool is_open) { send(exchange, is_open); });
    if (request.target == "/hub/broken")
      return exchange->begin(200, "", std::nullopt, [exchange](bool) { exchange->abort(); });
    if (request.has_body) return count(exchange, 0);
    exchange->answer({200, "", exchange->front()->site + " " + std::string(request.target)});
  }

  void send(const std::shared_ptr<Exchange>& exchange, bool is_open) {
    if (!is_open) return ended_.set_value();
    sent_ += piece;
    exchange->send(std::string(piece, 'x'), [this, exchange](bool still) { send(exchange, still); });
  }

  static void count(const std::shared_ptr<Exchange>& exchange, std::size_t so_far) {
    exchange->read_body([exchange, so_far](std::optional<std::string_view> got) {
      if (!got) return exchange->abort();
      if (got->empty()) return exchange->answer({200, "", std::to_string(so_far)});
      count(exchange, so_far + got->size());
    });
  }

  boost::asio::io_context io_;
  WayOut way_;
  ForwardProxy proxy_;
  HttpServer server_;
  std::string authority_;
  std::atomic<std::size_t> sent_ = 0;
  std::promise<void> ended_;
  std::thread thread_;
};

class Client {
 public:
  explicit Client(const Running& server) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to the socket
    const timeval patience{30, 0};
    setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }

  /// Returns the status of the answer to CONNECT.
  std::string connect_to(const std::string& host, const std::string& more = "") const {
    const std::string head = "CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\n" + more + "\r\n";
    REQUIRE(send(socket_.get(), head.data(), head.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(head.size()));
    std::string got(4096, '\0');
    const ssize_t count = recv(socket_.get(), got.data(), got.size(), 0);
    return count > 12 ? got.substr(9, 3) : "";
  }

  void start_tls(const std::string& authority) {
    BIO* text = BIO_new_mem_buf(authority.data(), static_cast<int>(authority.size()));
    X509* certificate = PEM_read_bio_X509(text, nullptr, nullptr, nullptr);
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), certificate);
    X509_free(certificate);
    BIO_free(text);
    SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
    tls_.reset(SSL_new(context_.get()));
    SSL_set1_host(tls_.get(), "www.hub.example");
    SSL_set_fd(tls_.get(), socket_.get());
    REQUIRE(SSL_connect(tls_.get()) == 1);
  }

  void say(std::string_view text) const {
    REQUIRE(SSL_write(tls_.get(), text.data(), static_cast<int>(text.size())) == static_cast<int>(text.size()));
  }
  void ask(const std::string& target, const std::string& more = "") const {
    say("GET " + target + " HTTP/1.1\r\nHost: www.hub.example\r\n" + more + "\r\n");
  }
  std::string read() const {
    std::string got(64 << 10, '\0');
    const int count = SSL_read(tls_.get(), got.data(), static_cast<int>(got.size()));
    end_ = count > 0 ? SSL_ERROR_NONE : SSL_get_error(tls_.get(), count);
    got.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return got;
  }
  std::string read_to_end() const {
    std::string all;
    for (std::string part = read(); !part.empty(); part = read()) all += part;
    return all;
  }
  /// Whether the end was marked as one, so that it is not taken for a broken connection.
  bool has_ended_cleanly() const { return end_ == SSL_ERROR_ZERO_RETURN; }
  void stop_sending() const {
    SSL_shutdown(tls_.get());
    shutdown(socket_.get(), SHUT_WR);
  }
  int descriptor() const { return socket_.get(); }

 private:
  fs::Descriptor socket_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_{SSL_CTX_new(TLS_client_method()), SSL_CTX_free};
  std::unique_ptr<SSL, decltype(&SSL_free)> tls_{nullptr, SSL_free};
  mutable int end_ = SSL_ERROR_NONE;
};

std::unique_ptr<Client> reach(const Running& server) {
  auto client = std::make_unique<Client>(server);
  REQUIRE(client->connect_to("www.hub.example:443") == "200");
  client->start_tls(server.authority());
  return client;
}

}  // namespace

TEST_CASE("a front answers requests on one connection, with its prefix") {
  const Running server;
  const auto client = reach(server);
  client->ask("/a?b");
  CHECK(client->read().ends_with("\r\n\r\nhttps://www.hub.example /hub/a?b"));
  client->ask("/c", "Connection: close\r\n");
  CHECK(client->read_to_end().ends_with("\r\n\r\nhttps://www.hub.example /hub/c"));
  CHECK(client->has_ended_cleanly());
}

TEST_CASE("a front is found by its name and port, and by clients that send no other header than Host") {
  const Running server;
  CHECK(Client(server).connect_to("WWW.hub.Example.:443") == "200");
  for (const char* other : {"www.hub.example:444", "hub.example:443", "x.www.hub.example:443"})
    CHECK_MESSAGE(Client(server).connect_to(other) == "502", other);
  for (const char* header : {"User-Agent: git/2.39.5\r\n", "Accept: */*\r\n"})
    CHECK_MESSAGE(Client(server).connect_to("www.hub.example:443", header) == "502", header);
}

TEST_CASE("a large body reaches the server") {
  const Running server;
  const auto client = reach(server);
  client->say("PUT /x HTTP/1.1\r\nHost: www.hub.example\r\nContent-Length: 20971520\r\n\r\n");
  for (int i = 0; i < 20; ++i) client->say(std::string(piece, 'x'));
  CHECK(client->read().ends_with("\r\n\r\n20971520"));
}

TEST_CASE("a client that reads slowly holds the answer back, and ends it by leaving") {
  Running server;
  {
    const auto client = reach(server);
    client->ask("/endless");
    for (std::size_t received = 0; received < 64 * piece;) {
      const std::size_t count = client->read().size();
      REQUIRE(count > 0);
      received += count;
      REQUIRE(server.sent() < received + most_in_transit);
    }
  }
  server.wait_for_the_end();
}

TEST_CASE("a client that sends no more gets the answer to its end") {
  const Running server;
  const auto client = reach(server);
  client->ask("/a", "Connection: close\r\n");
  client->stop_sending();
  CHECK(client->read_to_end().ends_with("https://www.hub.example /hub/a"));
  CHECK(client->has_ended_cleanly());
}

TEST_CASE("a broken answer does not end as a whole one") {
  const Running server;
  const auto client = reach(server);
  client->say("GET /broken HTTP/1.0\r\nHost: www.hub.example\r\n\r\n");  // the end of the connection ends the body
  client->read_to_end();
  CHECK_FALSE(client->has_ended_cleanly());
}

TEST_CASE("bytes that are not TLS end the connection") {
  const Running server;
  const Client client(server);
  REQUIRE(client.connect_to("www.hub.example:443") == "200");
  const std::string_view plain = "GET / HTTP/1.1\r\nHost: www.hub.example\r\n\r\n";
  REQUIRE(send(client.descriptor(), plain.data(), plain.size(), MSG_NOSIGNAL) > 0);
  std::string got(4096, '\0');
  while (recv(client.descriptor(), got.data(), got.size(), 0) > 0) got = std::string(4096, '\0');
  CHECK(reach(server));
}

TEST_CASE("a server without fronts is no proxy") {
  boost::asio::io_context io;
  WayOut way(io, Environment());
  ForwardProxy proxy(Egress::free, {}, way, [](const std::string&) {});
  HttpServer server(io, [&](const std::shared_ptr<Exchange>& exchange) { proxy.handle(exchange); });
  REQUIRE(server.listen(boost::asio::ip::address_v4::loopback(), 0));
  std::thread thread([&] { io.run(); });
  const fs::Descriptor client(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(server.port());
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  const std::string_view head = "CONNECT www.hub.example:443 HTTP/1.1\r\n\r\n";
  REQUIRE(send(client.get(), head.data(), head.size(), MSG_NOSIGNAL) > 0);
  std::string got(4096, '\0');
  CHECK(recv(client.get(), got.data(), got.size(), 0) > 12);
  CHECK(got.substr(9, 3) == "403");
  io.stop();
  thread.join();
}

}  // namespace hubcache::server
