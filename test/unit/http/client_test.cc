// The client against misbehaving servers on the loopback address.
#include "http/client.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "http/connections.h"
#include "unit/http/loopback_server.h"

namespace hubcache::http {
namespace {

using test::Connection;
using test::LoopbackServer;
using test::Request;

const std::string token = "t0ken-7f3a";

/// The limits of client.h, but with a size limit that a test can reach. A busy machine must not make a good answer too
/// slow.
Limits small() { return {.body_bytes = 1 << 20, .connect_seconds = 5}; }

/// Limits for servers that are too slow.
Limits impatient() {
  Limits limits = small();
  limits.slow_seconds = 1;
  limits.total_seconds = 30;
  return limits;
}

Client client_for(const std::string& origin, Limits limits = small()) {
  return Client(Environment{}, origin, token, limits);
}

Client client_for(const LoopbackServer& server, Limits limits = small()) { return client_for(server.origin(), limits); }

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Returns the Error of a failed request, which must be the hub's, with the address and without the token.
Error error_of(Client& client, const std::string& url) {
  const auto answer = client.get(url);
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == ErrorCode::hub);
  CHECK_FALSE(contains(answer.error().message + answer.error().hint, token));
  return answer.error();
}

/// Returns the Error for a server that sends these bytes and closes the connection.
Error error_after(const std::string& bytes) {
  LoopbackServer server([&](const Connection& connection, const Request&) { return connection.send(bytes), false; });
  Client client = client_for(server);
  const Error error = error_of(client, server.origin() + "/a?token=" + token);
  CHECK(contains(error.message, server.origin() + "/a: "));
  return error;
}

}  // namespace

TEST_CASE("a HEAD request gets the headers without the body, and follows a redirect") {
  LoopbackServer server([&](const Connection& connection, const Request& request) {
    if (request.target == "/moved")
      return connection.send("HTTP/1.1 302 Found\r\nLocation: /file\r\nContent-Length: 0\r\n\r\n");
    return connection.send("HTTP/1.1 200 OK\r\nX-Repo-Commit: 1a2b\r\nContent-Length: 5000000000\r\n\r\n");
  });
  Client client = client_for(server);
  const auto answer = client.head(server.origin() + "/moved");
  REQUIRE(answer.has_value());
  CHECK(answer->status == 200);
  CHECK(answer->commit == "1a2b");
  CHECK(answer->body.empty());
  for (const Request& request : server.requests()) CHECK(request.method == "HEAD");
  CHECK(server.requests().size() == 2);
}

TEST_CASE("an answer has its status, type and body, whatever the status is") {
  LoopbackServer server([](const Connection& connection, const Request& request) {
    return connection.reply(request.target == "/good?a=b" ? 200 : 404, "{}", "application/json");
  });
  Client client = client_for(server);
  const auto good = client.get(server.origin() + "/good?a=b").value();
  CHECK(good.status == 200);
  CHECK(good.body == "{}");
  CHECK(good.content_type == "application/json");
  CHECK(client.get(server.origin() + "/bad").value().status == 404);
  const Request request = server.requests().at(0);
  CHECK(request.method == "GET");
  CHECK(request.header("authorization") == "token " + token);
  CHECK(request.header("user-agent").starts_with("hubcache/"));
  CHECK(request.header("accept-encoding") == "gzip, deflate");
  CHECK(client.requests_made() == 2);
}

TEST_CASE("one connection is used for several requests") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "{}"); });
  Client client = client_for(server);
  for (int i = 0; i < 5; ++i) CHECK(client.get(server.origin() + "/").has_value());
  CHECK(server.connections() == 1);
}

TEST_CASE("a kept connection that the server has closed causes no failure") {
  LoopbackServer server(
      [](const Connection& connection, const Request&) { return connection.reply(200, "{}"), false; });
  Client client = client_for(server);
  for (int i = 0; i < 5; ++i) CHECK(client.get(server.origin() + "/").has_value());
}

TEST_CASE("without a token there is no Authorization header") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "{}"); });
  Client client(Environment{}, server.origin(), "", small());
  CHECK(client.get(server.origin() + "/").has_value());
  CHECK(server.requests().at(0).headers.count("authorization") == 0);
}

TEST_CASE("a login in the address takes precedence over the token, as in requests") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "{}"); });
  const std::string origin = "http://me:pw@127.0.0.1:" + std::to_string(server.port());
  Client client = client_for(origin);
  CHECK(client.get(origin + "/").has_value());
  CHECK(server.requests().at(0).header("authorization") == "Basic bWU6cHc=");  // printf me:pw | base64
}

TEST_CASE("a token with characters that are invalid in a header is refused before anything is sent") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "{}"); });
  Client client(Environment{}, server.origin(), "abc\r\nX-Evil: 1", small());
  const auto answer = client.get(server.origin() + "/");
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().code == ErrorCode::usage);
  CHECK_FALSE(contains(answer.error().message, "abc"));
  CHECK(server.requests().empty());
}

TEST_CASE("many requests run sixteen at once, and each answer has its index") {
  std::atomic<int> in_handler = 0;
  LoopbackServer server([&](const Connection& connection, const Request& request) {
    ++in_handler;
    while (in_handler < 16 && !connection.hangs_up_within(1)) {  // waits for the first sixteen requests
    }
    return connection.reply(200, request.target);
  });
  Limits limits = small();
  limits.at_once = 16;
  Client client = client_for(server, limits);
  std::vector<std::string> urls;
  for (int i = 0; i < 200; ++i) urls.push_back(server.origin() + "/" + std::to_string(i));
  std::vector<std::string> bodies(urls.size());
  const auto done = client.get_all(urls, [&](std::size_t index, Result<Answer> answer) -> Result<void> {
    bodies[index] = answer.value().body;
    return {};
  });
  REQUIRE(done.has_value());
  for (std::size_t i = 0; i < urls.size(); ++i) CHECK(urls[i] == server.origin() + bodies[i]);
  CHECK(server.most_at_once() == 16);
  CHECK(server.connections() == 16);
}

TEST_CASE("an Error of the callback ends all requests") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "{}"); });
  Client client = client_for(server);
  const std::vector<std::string> urls(100, server.origin() + "/");
  int taken = 0;
  const auto done = client.get_all(urls, [&](std::size_t, Result<Answer>) -> Result<void> {
    ++taken;
    return Error{ErrorCode::conflict, "enough", ""};
  });
  REQUIRE_FALSE(done.has_value());
  CHECK(done.error().message == "enough");
  CHECK(taken == 1);
  CHECK(client.requests_made() <= 16);
  CHECK(client.get(server.origin() + "/").has_value());
}

TEST_CASE("one invalid address does not affect the others") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "{}"); });
  Client client = client_for(server);
  const std::vector<std::string> urls = {"ftp://hub/", server.origin() + "/"};
  std::vector<bool> good(2);
  REQUIRE(client.get_all(urls, [&](std::size_t index, Result<Answer> answer) -> Result<void> {
    good[index] = answer.has_value();
    return {};
  }));
  CHECK(good == std::vector{false, true});
}

TEST_CASE("a busy hub is asked again") {
  std::array<std::atomic<int>, 600> asked = {};
  LoopbackServer server([&](const Connection& connection, const Request& request) {
    const auto status = std::stoul(request.target.substr(1));
    return connection.reply(++asked[status] < 3 ? static_cast<int>(status) : 200, "{}");
  });
  Client client = client_for(server);
  std::vector<std::string> urls;
  for (const int status : {429, 502, 503, 504}) urls.push_back(server.origin() + "/" + std::to_string(status));
  const auto start = std::chrono::steady_clock::now();
  REQUIRE(client.get_all(urls, [&](std::size_t, Result<Answer> answer) -> Result<void> {
    CHECK(answer.value().status == 200);
    return {};
  }));
  CHECK(seconds_since(start) >= 1.5);
  CHECK(client.requests_made() == 12);
}

TEST_CASE("a hub that stays busy is asked three times") {
  LoopbackServer server([&](const Connection& connection, const Request&) { return connection.reply(503, "busy"); });
  Client client = client_for(server);
  const auto answer = client.get(server.origin() + "/").value();
  CHECK(answer.status == 503);
  CHECK(answer.body == "busy");
  CHECK(client.requests_made() == 3);
}

TEST_CASE("the client waits for Retry-After") {
  std::atomic<int> asked = 0;
  LoopbackServer server([&](const Connection& connection, const Request&) {
    return ++asked < 2 ? connection.reply(503, "", "text/plain", {"Retry-After: 2"}) : connection.reply(200, "{}");
  });
  Client client = client_for(server);
  const auto start = std::chrono::steady_clock::now();
  CHECK(client.get(server.origin() + "/").value().status == 200);
  CHECK(seconds_since(start) >= 2);
}

TEST_CASE("after 429, all clients of the connections wait and then send half as many requests at once") {
  std::atomic<int> asked = 0, at_once = 0, most_later = 0;
  std::atomic<bool> is_later = false;
  std::atomic<double> first_later = 0;
  const auto start = std::chrono::steady_clock::now();
  LoopbackServer server([&](const Connection& connection, const Request&) {
    if (++asked <= 16) {
      while (asked < 16 && !connection.hangs_up_within(1)) {  // waits for the first sixteen requests
      }
      return connection.reply(429, "", "text/plain", {"Retry-After: 1"});
    }
    if (!is_later.exchange(true)) first_later = seconds_since(start);
    const int now = ++at_once;
    for (int most = most_later; now > most && !most_later.compare_exchange_weak(most, now);) {
    }
    const bool hangs_up = connection.hangs_up_within(5);
    --at_once;
    return !hangs_up && connection.reply(200, "{}");
  });
  Connections connections;
  std::atomic<int> good = 0;
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      Client client(connections, Environment{}, server.origin(), token, small());
      const std::vector<std::string> urls(10, server.origin() + "/");
      static_cast<void>(client.get_all(urls, [&](std::size_t, Result<Answer> answer) -> Result<void> {
        good += answer && answer->status == 200;
        return {};
      }));
    });
  }
  threads.clear();
  CHECK(good == 40);
  CHECK(first_later >= 1);
  CHECK(most_later > 1);
  CHECK(most_later <= 8);
}

TEST_CASE("a permanent failure is not repeated") {
  for (const int status : {400, 401, 403, 404, 500, 501}) {
    LoopbackServer server([&](const Connection& connection, const Request&) { return connection.reply(status, ""); });
    Client client = client_for(server);
    CHECK(client.get(server.origin() + "/").value().status == status);
    CHECK(client.requests_made() == 1);
  }
}

TEST_CASE("a port without a server is an Error") {
  const std::string origin = "http://127.0.0.1:" + std::to_string(test::unused_port());
  Client client = client_for(origin);
  const Error error = error_of(client, origin + "/a");
  CHECK(contains(error.message, origin + "/a: "));
  CHECK(contains(error.hint, "no_proxy"));
  CHECK(client.requests_made() == 1);
}

TEST_CASE("an unknown host is an Error") {
  Client client = client_for("http://hub.invalid");
  CHECK(contains(error_of(client, "http://hub.invalid/a").message, "hub.invalid"));
  CHECK(contains(error_of(client, "http://" + token + ".invalid/a").message, "***.invalid"));
}

TEST_CASE("an endless body is read up to the limit only") {
  const std::string block(1 << 16, 'x');
  std::atomic<std::size_t> sent = 0;
  LoopbackServer server([&](const Connection& connection, const Request&) {
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.send(block)) sent += block.size();
    return false;
  });
  Limits limits = small();
  limits.body_bytes = 64 << 20;
  Client client = client_for(server, limits);
  CHECK(contains(error_of(client, server.origin() + "/").message, "longer than 64.0 MiB"));
  CHECK(sent < 100 << 20);  // the rest is in the sockets' buffers
  CHECK(client.requests_made() == 1);
}

TEST_CASE("a body of exactly the limit is accepted") {
  LoopbackServer server([](const Connection& connection, const Request& request) {
    return connection.reply(200, std::string(std::stoul(request.target.substr(1)), 'x'));
  });
  Client client = client_for(server);
  CHECK(client.get(server.origin() + "/1048576").value().body.size() == 1 << 20);
  CHECK(contains(error_of(client, server.origin() + "/1048577").message, "longer than 1.0 MiB"));
}

TEST_CASE("a request may have its own limit") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "12345"); });
  Client client = client_for(server);
  const std::array<std::string, 3> urls = {server.origin() + "/a", server.origin() + "/b", server.origin() + "/c"};
  std::array<Result<Answer>, 3> answers = {Answer{}, Answer{}, Answer{}};
  const auto take = [&](std::size_t index, Result<Answer> answer) -> Result<void> {
    answers[index] = std::move(answer);
    return {};
  };
  REQUIRE(client.get_all(urls, take, std::array<std::uint64_t, 3>{4, 5, no_bound}).has_value());
  REQUIRE_FALSE(answers[0].has_value());
  CHECK(contains(answers[0].error().message, "/a: the response is longer than 4 B"));
  CHECK(answers[1].value().body == "12345");
  CHECK(answers[2].value().body == "12345");
}

TEST_CASE("a small answer that decompresses to a large one is cut off at the limit") {
  // python3 -c "import gzip; open(…, 'wb').write(gzip.compress(bytes(8 << 20)))", made here by gzip itself
  const auto unpack = [](const std::string& bytes) {
    LoopbackServer server([&](const Connection& connection, const Request&) {
      return connection.reply(200, bytes, "application/json", {"Content-Encoding: gzip"});
    });
    Client client = client_for(server);
    return client.get(server.origin() + "/");
  };
  const auto zeros_packed = [](int count) {
    const std::string file = "/tmp/hubcache-zeros-" + std::to_string(getpid()) + ".gz";
    REQUIRE(system(("head -c " + std::to_string(count) + " /dev/zero | gzip -9 > " + file).c_str()) == 0);
    std::ifstream stream(file, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    unlink(file.c_str());
    return bytes;
  };
  CHECK(unpack(zeros_packed(1000)).value().body == std::string(1000, '\0'));
  const std::string bomb = zeros_packed(8 << 20);
  CHECK(bomb.size() < 20'000);
  const auto answer = unpack(bomb);
  REQUIRE_FALSE(answer.has_value());
  CHECK(contains(answer.error().message, "longer than 1.0 MiB"));
}

TEST_CASE("headers of more than 64 KiB are an Error, even if they end") {
  LoopbackServer server([](const Connection& connection, const Request& request) {
    const std::vector<std::string> headers(std::stoul(request.target.substr(1)), "X-More: " + std::string(990, 'x'));
    return connection.reply(200, "{}", "application/json", headers);
  });
  Client client = client_for(server);
  CHECK(client.get(server.origin() + "/60").has_value());
  CHECK(contains(error_of(client, server.origin() + "/70").message, "headers are longer than 64.0 KiB"));
}

TEST_CASE("endless headers are cut off") {
  LoopbackServer server([](const Connection& connection, const Request& request) {
    const std::string header =
        request.target == "/interim" ? "HTTP/1.1 100 Continue\r\n\r\n" : "X-More: " + std::string(1000, 'x') + "\r\n";
    connection.send(request.target == "/interim" ? "" : "HTTP/1.1 200 OK\r\n");
    while (connection.send(header)) {
    }
    return false;
  });
  Client client = client_for(server);
  CHECK(contains(error_of(client, server.origin() + "/").message, "headers are longer than 64.0 KiB"));
  CHECK(contains(error_of(client, server.origin() + "/interim").message, "headers are longer than 64.0 KiB"));
}

TEST_CASE("a slow body is given up after the time limit for slow ones, and is not requested again") {
  LoopbackServer server([](const Connection& connection, const Request&) {
    connection.send("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (!connection.hangs_up_within(100) && connection.send("x")) {
    }
    return false;
  });
  Client client = client_for(server, impatient());
  CHECK(contains(error_of(client, server.origin() + "/").message, "too slow"));
  CHECK(client.requests_made() == 1);
}

TEST_CASE("a server that sends nothing counts as too slow") {
  LoopbackServer server(
      [](const Connection& connection, const Request&) { return connection.hangs_up_within(60'000), false; });
  Client client = client_for(server, impatient());
  CHECK(contains(error_of(client, server.origin() + "/").message, "too slow"));
}

TEST_CASE("a body that is not slow but never ends stops at the overall time limit") {
  LoopbackServer server([](const Connection& connection, const Request&) {
    connection.send("HTTP/1.1 200 OK\r\n\r\n");
    while (!connection.hangs_up_within(50) && connection.send(std::string(1000, 'x'))) {
    }
    return false;
  });
  Limits limits = small();
  limits.total_seconds = 2;
  Client client = client_for(server, limits);
  CHECK(contains(error_of(client, server.origin() + "/").message, "timed out"));
}

TEST_CASE("the real limits are the documented ones") {
  CHECK(Limits{}.body_bytes == 64ull << 20);
  CHECK(Limits{}.slow_seconds == 30);
  CHECK(Limits{}.slow_bytes_per_second == 1024);
  CHECK(Limits{}.at_once == 16);
}

TEST_CASE("half an answer is an Error") {
  error_after("");
  error_after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{}");
  error_after("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");
  error_after("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nContent-Le");
  error_after("what do you want? " + token + "\r\n\r\n");
  error_after("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}");
}

TEST_CASE("a relative or absolute redirect is followed, and the token is sent to its own origin only") {
  LoopbackServer other([](const Connection& connection, const Request&) { return connection.reply(200, "other"); },
                       "127.0.0.2");
  std::string location;
  LoopbackServer server([&](const Connection& connection, const Request& request) {
    if (request.target != "/start") return connection.reply(200, "same");
    return connection.reply(307, "", "text/plain", {"Location: " + location});
  });
  Client client = client_for(server);
  const std::string port = ":" + std::to_string(server.port());

  for (const auto& same : {std::string("/next"), "http://127.0.0.1" + port + "/next", "//127.0.0.1" + port + "/next"}) {
    location = same;
    CHECK(client.get(server.origin() + "/start").value().body == "same");
    CHECK(server.requests().back().target == "/next");
    CHECK(server.requests().back().header("authorization") == "token " + token);
  }
  for (const auto& elsewhere :
       {other.origin() + "/next", "http://me:pw@127.0.0.2:" + std::to_string(other.port()) + "/"}) {
    location = elsewhere;
    CHECK(client.get(server.origin() + "/start").value().body == "other");
    CHECK(other.requests().back().headers.count("authorization") == 0);
  }
  location = "http://localhost" + port + "/next";  // another name for the same address is another origin
  CHECK(client.get(server.origin() + "/start").value().body == "same");
  CHECK(server.requests().back().headers.count("authorization") == 0);
}

TEST_CASE("a redirect back from another origin does not get the token") {
  std::string back;
  LoopbackServer other([&](const Connection& connection,
                           const Request&) { return connection.reply(302, "", "text/plain", {"Location: " + back}); },
                       "127.0.0.2");
  LoopbackServer server([&](const Connection& connection, const Request& request) {
    if (request.target != "/start") return connection.reply(200, "same");
    return connection.reply(301, "", "text/plain", {"Location: " + other.origin() + "/"});
  });
  back = server.origin() + "/back";
  Client client = client_for(server);
  CHECK(client.get(server.origin() + "/start").value().body == "same");
  CHECK(server.requests().back().target == "/back");
  CHECK(server.requests().back().headers.count("authorization") == 0);  // as in requests
  CHECK(other.requests().back().headers.count("authorization") == 0);
}

TEST_CASE("endless redirects, and redirects to other schemes, are Errors") {
  LoopbackServer server([](const Connection& connection, const Request& request) {
    const std::string to = request.target == "/round"  ? "/round"
                           : request.target == "/echo" ? "ftp://hub/" + token
                                                       : "file:///etc/passwd";
    return connection.reply(302, "", "text/plain", {"Location: " + to});
  });
  Client client = client_for(server);
  CHECK(contains(error_of(client, server.origin() + "/round").message, "redirects more than 5 times"));
  CHECK(client.requests_made() == 6);
  CHECK(contains(error_of(client, server.origin() + "/file").message, "not an http or https URL"));
  CHECK(contains(error_of(client, server.origin() + "/echo").message, "ftp://hub/***"));
}

TEST_CASE("a redirect without a valid Location is returned as the answer") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(302, "{}"); });
  Client client = client_for(server);
  CHECK(client.get(server.origin() + "/").value().status == 302);
}

TEST_CASE("the proxy of the environment is used, except for hosts in no_proxy") {
  LoopbackServer proxy([](const Connection& connection, const Request&) { return connection.reply(200, "by proxy"); });
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "direct"); });
  Environment environment;
  environment.variables["http_proxy"] = "http://me:pw@127.0.0.1:" + std::to_string(proxy.port());
  Client proxied(environment, server.origin(), token, small());
  CHECK(proxied.get(server.origin() + "/a").value().body == "by proxy");
  CHECK(proxy.requests().at(0).target == server.origin() + "/a");
  CHECK(proxy.requests().at(0).header("proxy-authorization") == "Basic bWU6cHc=");
  environment.variables["no_proxy"] = "127.0.0.0/8";
  Client direct(environment, server.origin(), token, small());
  CHECK(direct.get(server.origin() + "/a").value().body == "direct");
}

TEST_CASE("only the captured variables count, not those of the process") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "direct"); });
  const std::string nobody = "http://127.0.0.1:" + std::to_string(test::unused_port());
  setenv("http_proxy", nobody.c_str(), 1);
  Client direct = client_for(server);
  CHECK(direct.get(server.origin() + "/").has_value());
  unsetenv("http_proxy");
  LoopbackServer proxy([](const Connection& connection, const Request&) { return connection.reply(200, "by proxy"); });
  setenv("no_proxy", "*", 1);
  Environment environment;
  environment.variables["all_proxy"] = proxy.origin();
  Client proxied(environment, server.origin(), token, small());
  CHECK(proxied.get(server.origin() + "/").value().body == "by proxy");
  unsetenv("no_proxy");
}

TEST_CASE("CONNECT is sent without the token, and the Error of a refusal has no password") {
  LoopbackServer proxy([](const Connection& connection, const Request&) { return connection.reply(407, "no"), false; });
  Environment environment;
  environment.variables["https_proxy"] = "http://me:s3cret@127.0.0.1:" + std::to_string(proxy.port());
  Client client(environment, "https://hub.invalid", token, small());
  const Error error = error_of(client, "https://hub.invalid/a");
  CHECK_FALSE(contains(error.message + error.hint, "s3cret"));
  CHECK(proxy.requests().at(0).method == "CONNECT");
  CHECK(proxy.requests().at(0).headers.count("authorization") == 0);
}

TEST_CASE("an unreachable proxy is an Error") {
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "direct"); });
  Environment environment;
  environment.variables["http_proxy"] = "http://me:s3cret@127.0.0.1:" + std::to_string(test::unused_port());
  Client client(environment, server.origin(), token, small());
  const Error error = error_of(client, server.origin() + "/a");
  CHECK(contains(error.hint, "http_proxy"));
  CHECK_FALSE(contains(error.message + error.hint, "s3cret"));
}

TEST_CASE("logins in ~/.netrc are not used") {
  const std::string home = "/tmp/hubcache-netrc-" + std::to_string(getpid());
  REQUIRE(system(("mkdir -p " + home).c_str()) == 0);
  std::ofstream(home + "/.netrc") << "machine 127.0.0.1 login me password pw\n";
  const std::string old_home = getenv("HOME") ? getenv("HOME") : "";
  setenv("HOME", home.c_str(), 1);
  LoopbackServer server([](const Connection& connection, const Request&) { return connection.reply(200, "{}"); });
  Client client = client_for(server);
  CHECK(client.get(server.origin() + "/").has_value());
  CHECK(server.requests().at(0).header("authorization") == "token " + token);
  Client nobody(Environment{}, server.origin(), "", small());
  CHECK(nobody.get(server.origin() + "/").has_value());
  CHECK(server.requests().at(1).headers.count("authorization") == 0);
  setenv("HOME", old_home.c_str(), 1);
  unlink((home + "/.netrc").c_str());
  rmdir(home.c_str());
}

}  // namespace hubcache::http
