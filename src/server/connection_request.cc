// Reads requests: their headers and their bodies.
#include <algorithm>

#include <boost/asio/post.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/read.hpp>

#include "server/connection.h"

namespace hubcache::server {
namespace {

namespace beast_http = boost::beast::http;

// Bytes. Most headers are shorter, and each idle connection has a buffer of this size.
constexpr std::size_t one_read = 2 << 10;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

/// Whether the next server may parse the request differently than Beast (1.74). Beast supports only the coding chunked,
/// and assumes that a request with another coding has no body (RFC 9112, 3.2 and 6.3).
bool is_ambiguous(const beast_http::fields& fields) {
  const auto encodings = fields.count(beast_http::field::transfer_encoding);
  const bool is_in_chunks = encodings == 1 && same_word(view(fields[beast_http::field::transfer_encoding]), "chunked");
  return fields.count(beast_http::field::host) > 1 || (encodings > 0 && !is_in_chunks);
}

}  // namespace

void Connection::wait_for_request() {
  parser_.emplace();
  has_request_ = false;
  parser_->header_limit(guard_->limits().header_bytes);
  parser_->body_limit(guard_->limits().body_bytes);
  is_idle_ = buffer_.size() == 0;
  allow(is_idle_ ? guard_->limits().idle : guard_->limits().for_header);
  if (!is_idle_) return read_header();  // the request arrived together with the previous one
  if (guard_->is_draining()) return close();
  read_more();
}

void Connection::hurry(std::chrono::seconds time) {
  if (!has_request_) deadline_ = std::min(deadline_, Clock::now() + time);
}

void Connection::read_more() {
  socket_.async_read_some(buffer_.prepare(one_read),
                          [self = shared_from_this()](const Error& problem, std::size_t got) {
                            if (problem) return;
                            self->buffer_.commit(got);
                            if (std::exchange(self->is_idle_, false)) self->allow(self->guard_->limits().for_header);
                            self->read_header();
                          });
}

void Connection::read_header() {
  Error problem;
  buffer_.consume(parser_->put(buffer_.data(), problem));
  if (problem == beast_http::error::need_more) return read_more();
  take_request(problem);
}

void Connection::take_request(const Error& problem) {
  has_request_ = true;
  is_observed_ = true;
  began_ = Clock::now();
  status_ = 0;
  sent_ = 0;
  set_topic("");
  if (problem) return refuse(problem);
  if (is_ambiguous(parser_->get())) return refuse(beast_http::error::bad_value);
  deadline_ = Clock::time_point::max();  // the code that answers has its own time limits
  made_progress();
  keeps_ = parser_->keep_alive() && !guard_->is_draining();
  fill_request();
  hold(nullptr);
  guard_->handler()(shared_from_this());
}

/// Answers bytes that are not a valid request with an error.
void Connection::refuse(const Error& problem) {
  request_ = {};
  keeps_ = false;
  const unsigned status = problem == beast_http::error::header_limit ? 431
                          : problem == beast_http::error::body_limit ? 413
                                                                     : 400;
  answer({status, "Content-Type: text/plain; charset=utf-8\r\n", problem.message() + "\n"});
}

void Connection::fill_request() {
  const auto& message = parser_->get();
  request_.method = view(message.method_string());
  request_.target = view(message.target());
  if (front_ && request_.target.starts_with('/')) {
    target_ = front_->prefix + std::string(request_.target);
    request_.target = target_;
  }
  request_.headers.clear();
  for (const auto& field : message) request_.headers.emplace_back(view(field.name_string()), view(field.value()));
  request_.has_body = !parser_->is_done();
  request_.body_length = std::nullopt;
  if (const auto length = parser_->content_length()) request_.body_length = *length;
  continues_ = same_word(request_.header("Expect"), "100-continue");
}

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
  beast_http::async_read_some(
      socket_, buffer_, *parser_,
      [self = shared_from_this(), then = std::move(then)](const Error& problem, std::size_t) mutable {
        self->take_body_piece(problem, std::move(then));
      });
}

void Connection::take_body_piece(const Error& problem, std::function<void(std::optional<std::string_view>)> then) {
  deadline_ = Clock::time_point::max();
  if (problem && problem != beast_http::error::need_buffer) return then(std::nullopt);
  const std::size_t got = body_piece_->size() - parser_->get().body().size;
  if (got == 0 && !parser_->is_done()) return read_body(std::move(then));  // only the header of a chunk
  then(std::string_view(body_piece_->data(), got));
}

}  // namespace hubcache::server
