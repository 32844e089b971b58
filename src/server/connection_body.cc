// The bodies of requests.
#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include "server/connection.h"

namespace hubcache::server {

void Connection::read_body(std::function<void(std::optional<std::string_view>)> then) {
  if (parser_->is_done())
    return boost::asio::post(socket_.get_executor(), [self = shared_from_this(), then = std::move(then)] { then(""); });
  if (std::exchange(continues_, false)) {
    Error ignored;  // if sending fails, the client sends the body anyway after some time
    socket_.write_some(boost::asio::buffer("HTTP/1.1 100 Continue\r\n\r\n", 25), ignored);
  }
  if (!body_piece_) body_piece_ = std::make_unique<std::array<char, 64 << 10>>();
  parser_->get().body().data = body_piece_->data();
  parser_->get().body().size = body_piece_->size();
  allow(guard_->limits().without_progress);
  boost::beast::http::async_read_some(
      socket_, buffer_, *parser_,
      [self = shared_from_this(), then = std::move(then)](const Error& problem, std::size_t) mutable {
        self->take_body_piece(problem, std::move(then));
      });
}

void Connection::take_body_piece(const Error& problem, std::function<void(std::optional<std::string_view>)> then) {
  deadline_ = Clock::time_point::max();
  if (problem && problem != boost::beast::http::error::need_buffer) return then(std::nullopt);
  const std::size_t got = body_piece_->size() - parser_->get().body().size;
  if (got == 0 && !parser_->is_done()) return read_body(std::move(then));  // only the header of a chunk
  then(std::string_view(body_piece_->data(), got));
}

}  // namespace hubcache::server
