// Sends any bytes to a local hub as everything that a client sends on one connection. The hub has adopted and published
// repos of every hub, and is offline.
#include <array>
#include <chrono>
#include <string>
#include <string_view>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <hubcache/adopt.h>
#include <hubcache/publish.h>

#include "harness.h"
#include "hubs/registry.h"
#include "local_hub/local_hub.h"

namespace hubcache::fuzz {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using Problem = boost::system::error_code;

constexpr std::string_view secret = "a file that the hub does not serve";
constexpr std::chrono::seconds patience{20};  // far more than any answer takes

/// A machine with a hub for published repos and for its own adoptions.
class Machine {
 public:
  Machine() {
    environment_.working_folder = scratch_folder();
    environment_.account_home = (scratch_folder() / "home").native();
    environment_.variables = {{"HOME", environment_.account_home}, {"TMPDIR", scratch_folder().native()}};
    for (const hub::Hub* hub : hubs::all()) add_repos(*hub);
    write(scratch_folder() / "secret.txt", secret);
    write(scratch_folder() / "home" / "secret.txt", secret);
    LocalHubOptions options;
    options.offline = options.deny_all = true;
    SharedHubOptions shared;
    shared.from = {"adopted", store()};
    auto made = local_hub::LocalHub::make(io_, environment_, options, shared);
    require(made.has_value());
    hub_ = *std::move(made);
    require(hub_->add_overview().has_value());
    require(hub_->listen(local_hub::ListenAddress{}).has_value());
    const std::string address = hub_->address();
    server_ = {asio::ip::address_v4::loopback(),
               static_cast<std::uint16_t>(std::stoi(address.substr(address.rfind(':') + 1)))};
  }

  asio::io_context& io() { return io_; }
  const tcp::endpoint& server() const { return server_; }

 private:
  std::string store() const { return (scratch_folder() / "store").native(); }

  void add_repos(const hub::Hub& hub) {
    const std::string prefix(hub.id_prefix);
    const auto id = [&](const char* name) { return (prefix.empty() ? "" : prefix + ":") + "me/" + name; };
    const auto folder = scratch_folder() / "folders" / std::string(hub.name);
    write(folder / "config.json", "{\"hidden_size\": 64}\n");
    write(folder / "model.safetensors", std::string(20'000, 'w'));
    write(folder / "deep" / "a b+c%20.txt", "a name with signs\n");
    write(folder / "empty.txt", "");
    AdoptRequest adopted;
    adopted.repo_id = id("model");
    adopted.folder = folder;
    adopted.link = LinkKind::copy;
    adopted.offline = true;
    require(adopt(environment_, adopted).has_value());
    PublishRequest published;
    published.repo_id = id("stored");
    published.folder = folder;
    published.store = store();
    require(publish(environment_, published).has_value());
  }

  Environment environment_;
  asio::io_context io_{1};
  std::unique_ptr<local_hub::LocalHub> hub_;
  tcp::endpoint server_;
};

/// A client that sends its bytes, tells that no more follow, and reads until the hub closes the connection.
class Client {
 public:
  Client(Machine& machine, std::string_view bytes) : machine_(machine), socket_(machine.io()), bytes_(bytes) {}

  /// Returns what the hub has sent.
  std::string run() {
    // Not connect(), which a signal of libFuzzer's clock can interrupt.
    socket_.async_connect(machine_.server(), [this](const Problem& problem) {
      require(!problem);
      send();
      receive();
    });
    const auto end = std::chrono::steady_clock::now() + patience;
    while (!is_over_) {
      machine_.io().run_one_for(std::chrono::seconds(1));
      require(std::chrono::steady_clock::now() < end);
    }
    socket_.close();
    while (is_sending_) machine_.io().run_one_for(std::chrono::seconds(1));
    machine_.io().poll();
    return answer_;
  }

 private:
  void send() {
    asio::async_write(socket_, asio::buffer(bytes_), [this](const Problem&, std::size_t) {
      Problem ignored;
      is_sending_ = false;
      socket_.shutdown(tcp::socket::shutdown_send, ignored);
    });
  }

  void receive() {
    socket_.async_read_some(asio::buffer(piece_), [this](const Problem& problem, std::size_t count) {
      answer_.append(piece_.data(), count);
      if (problem) is_over_ = true;
      else receive();
    });
  }

  Machine& machine_;
  tcp::socket socket_;
  std::string_view bytes_;
  std::string answer_;
  std::array<char, 32 << 10> piece_{};
  bool is_sending_ = true, is_over_ = false;
};

/// The head of an answer has only lines that the hub has made, whatever names the request has (fuzz/seeds.py).
void check_head(std::string_view head) {
  require(head.empty() || head.starts_with("HTTP/1.1 "));
  require(head.find("\nX-Injected") == head.npos);
}

}  // namespace

void take(std::string_view input) {
  static Machine machine;
  const std::string answer = Client(machine, input).run();
  check_head(std::string_view(answer).substr(0, answer.find("\r\n\r\n")));
  require(answer.find(secret) == answer.npos || input.find(secret) != input.npos);
}

}  // namespace hubcache::fuzz
