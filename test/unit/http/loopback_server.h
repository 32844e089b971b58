// An HTTP server on the loopback address whose answers a test defines, byte for byte.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hubcache::test {

struct Request {
  std::string method, target;
  std::map<std::string, std::string> headers;  ///< names in lower case

  std::string header(const std::string& name) const;  ///< "" if it is missing
};

class Connection {
 public:
  explicit Connection(int socket) : socket_(socket) {}

  /// Returns false if the client has closed the connection.
  bool send(std::string_view bytes) const;
  /// Waits until the client closes the connection, at most for this time.
  bool hangs_up_within(int milliseconds) const;
  /// Sends a complete answer; the connection stays open.
  bool reply(int status, std::string_view body, std::string_view type = "application/json;charset=utf-8",
             const std::vector<std::string>& headers = {}) const;

 private:
  int socket_;
};

class LoopbackServer {
 public:
  /// Handles a request; returns true to keep the connection open. Runs in a separate thread for each connection.
  using Handler = std::function<bool(const Connection&, const Request&)>;

  explicit LoopbackServer(Handler handler, const std::string& address = "127.0.0.1");
  ~LoopbackServer();

  std::string origin() const { return "http://" + address_ + ":" + std::to_string(port_); }
  int port() const { return port_; }
  std::vector<Request> requests() const;
  int connections() const { return connections_; }
  int most_at_once() const { return most_at_once_; }  ///< the most requests that were in a handler at the same time

 private:
  void accept_all();
  void serve(int socket);

  Handler handler_;
  std::string address_;
  int port_ = 0;
  int listener_ = -1;
  std::atomic<int> connections_ = 0, at_once_ = 0, most_at_once_ = 0;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

/// Returns a port without a listener.
int unused_port();

}  // namespace hubcache::test
