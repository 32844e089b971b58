#include "server/curl_loop.h"

#include "http/curl_options.h"

namespace hubcache::server {

namespace asio = boost::asio;

CurlLoop::CurlLoop(asio::io_context& io) : io_(io), timer_(io) {
  http::set_up_curl();
  multi_.reset(curl_multi_init());
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, &CurlLoop::on_socket);
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, &CurlLoop::on_timer);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERDATA, this);
}

CurlLoop::~CurlLoop() {
  for (const auto& [handle, done] : done_) curl_multi_remove_handle(multi_.get(), handle);
  for (const auto& [number, watch] : watches_) watch->socket.release();
  curl_multi_setopt(multi_.get(), CURLMOPT_SOCKETFUNCTION, nullptr);
  curl_multi_setopt(multi_.get(), CURLMOPT_TIMERFUNCTION, nullptr);
}

void CurlLoop::add(CURL* handle, Done done) {
  done_[handle] = std::move(done);
  curl_multi_add_handle(multi_.get(), handle);  // sets the timer, which starts the transfer
}

void CurlLoop::remove(CURL* handle) {
  if (done_.erase(handle) > 0) curl_multi_remove_handle(multi_.get(), handle);
}

int CurlLoop::on_socket(CURL*, curl_socket_t number, int what, void* self, void*) {
  static_cast<CurlLoop*>(self)->watch(number, what);
  return 0;
}

int CurlLoop::on_timer(CURLM*, long milliseconds, void* self) {
  auto& loop = *static_cast<CurlLoop*>(self);
  if (milliseconds < 0) return loop.timer_.cancel(), 0;
  loop.timer_.expires_after(std::chrono::milliseconds(milliseconds));
  loop.timer_.async_wait([&loop](const boost::system::error_code& problem) {
    if (!problem) loop.act(CURL_SOCKET_TIMEOUT, 0);
  });
  return 0;
}

/// Starts or stops watching a socket for curl. curl owns the socket: CurlLoop releases it and never closes it.
void CurlLoop::watch(curl_socket_t number, int what) {
  auto& watch = watches_[number];
  if (what == CURL_POLL_REMOVE) {
    if (watch) watch->socket.release();
    watches_.erase(number);
    return;
  }
  if (!watch) watch = std::make_shared<Watch>(Watch{asio::posix::stream_descriptor(io_, number)});
  watch->wants = what;
  wait(number, watch);
}

void CurlLoop::wait(curl_socket_t number, const std::shared_ptr<Watch>& watch) {
  const bool reads = watch->wants == CURL_POLL_IN || watch->wants == CURL_POLL_INOUT;
  const bool writes = watch->wants == CURL_POLL_OUT || watch->wants == CURL_POLL_INOUT;
  if (reads && !std::exchange(watch->waits_to_read, true)) wait_for(number, watch, CURL_CSELECT_IN);
  if (writes && !std::exchange(watch->waits_to_write, true)) wait_for(number, watch, CURL_CSELECT_OUT);
}

void CurlLoop::wait_for(curl_socket_t number, const std::shared_ptr<Watch>& watch, int event) {
  using Descriptor = asio::posix::stream_descriptor;
  const bool reads = event == CURL_CSELECT_IN;
  watch->socket.async_wait(reads ? Descriptor::wait_read : Descriptor::wait_write,
                           [this, number, watch, event, reads](const boost::system::error_code& problem) {
                             (reads ? watch->waits_to_read : watch->waits_to_write) = false;
                             if (problem || !watch->socket.is_open()) return;  // released
                             const bool is_wanted = watch->wants == CURL_POLL_INOUT ||
                                                    watch->wants == (reads ? CURL_POLL_IN : CURL_POLL_OUT);
                             if (is_wanted) act(number, event);
                             if (watch->socket.is_open()) wait(number, watch);
                           });
}

void CurlLoop::act(curl_socket_t number, int events) {
  int running = 0;
  curl_multi_socket_action(multi_.get(), number, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    CURL* handle = message->easy_handle;
    const CURLcode how = message->data.result;
    const Done done = std::exchange(done_[handle], nullptr);
    done(how);
    remove(handle);
  }
}

}  // namespace hubcache::server
