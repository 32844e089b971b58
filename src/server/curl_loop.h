// Runs curl's transfers on the server's event loop.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <unordered_map>

#include <curl/curl.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace hubcache::server {

class CurlLoop {
 public:
  explicit CurlLoop(boost::asio::io_context& io);
  ~CurlLoop();
  CurlLoop(const CurlLoop&) = delete;  // curl holds its address

  using Done = std::function<void(CURLcode how)>;
  /// Starts the transfer. Calls `done` once when it ends, unless remove() is called before. Do not call add() or
  /// remove() within a callback of curl. While `done` runs, the handle still has its connection.
  void add(CURL* handle, Done done);
  void remove(CURL* handle);

 private:
  /// A socket of curl, and the events for which curl waits.
  struct Watch {
    boost::asio::posix::stream_descriptor socket;
    int wants = CURL_POLL_NONE;
    bool waits_to_read = false, waits_to_write = false;
  };

  static int on_socket(CURL* handle, curl_socket_t number, int what, void* self, void* unused);
  static int on_timer(CURLM* multi, long milliseconds, void* self);
  void watch(curl_socket_t number, int what);
  void wait(curl_socket_t number, const std::shared_ptr<Watch>& watch);
  void wait_for(curl_socket_t number, const std::shared_ptr<Watch>& watch, int event);
  void act(curl_socket_t number, int events);

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::unordered_map<CURL*, Done> done_;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi_{nullptr, curl_multi_cleanup};
};

}  // namespace hubcache::server
