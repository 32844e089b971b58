#include "server/connection.h"

#include <limits>

#include <fmt/compile.h>
#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

namespace hubcache::server {
namespace {

namespace asio = boost::asio;

// Time for data that a client still sends after the server has ended the connection.
constexpr std::chrono::seconds to_hang_up(5);

asio::ip::address address_of(const Connection::Socket& socket) {
  boost::system::error_code problem;
  const auto endpoint = socket.remote_endpoint(problem);
  return problem ? asio::ip::address() : endpoint.address();
}

/// Asking the kernel takes longer than most answers.
Result<PeerOwner> owner_of(int socket, const Guard& guard) {
  if (guard.asks_for_owners()) return peer_owner(socket);
  return hubcache::Error{ErrorCode::failed, "the server answers other machines", ""};
}

bool has_no_body(unsigned status) { return status < 200 || status == 204 || status == 304; }

}  // namespace

Connection::Connection(Socket socket, Guard& guard)
    : socket_(std::move(socket)),
      peer_(owner_of(socket_.native_handle(), guard)),
      client_(address_of(socket_)),
      guard_(&guard),
      buffer_(guard.limits().header_bytes + (64 << 10)) {
  guard.add(*this);
}

Connection::Connection(Socket socket, Guard& guard, std::shared_ptr<Exchange> tls, std::shared_ptr<const Front> front)
    : socket_(std::move(socket)),
      peer_(tls->peer()),
      tls_(std::move(tls)),
      front_(std::move(front)),
      client_(tls_->client()),
      guard_(&guard),
      buffer_(guard.limits().header_bytes + (64 << 10)) {
  guard.add(*this);
}

Connection::~Connection() {
  tell_of_end(false);
  if (guard_ && is_watched_) guard_->remove(*this);
}

void Connection::start() {
  Error ignored;
  socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
  socket_.native_non_blocking(true, ignored);
  wait_for_request();
}

void Connection::close() {
  const auto alive = weak_from_this().lock();  // `then` below may hold the last other reference
  Error ignored;
  socket_.close(ignored);
  tell_of_end(false);
  if (const auto then = std::exchange(when_closed_, nullptr)) then();
  if (std::exchange(is_watched_, false) && guard_) guard_->remove(*this);
}

std::string Connection::head_of(unsigned status, const std::string& headers,
                                std::optional<std::uint64_t> length) const {
  std::string head;
  head.reserve(headers.size() + 128);
  head += status_line(status);
  head += headers;
  if (length) fmt::format_to(std::back_inserter(head), FMT_COMPILE("Content-Length: {}\r\n"), *length);
  if (in_chunks_) head += "Transfer-Encoding: chunked\r\n";
  if (!keeps_) head += "Connection: close\r\n";
  else if (parser_->get().version() < 11) head += "Connection: keep-alive\r\n";
  return head += "\r\n";
}

void Connection::answer(Answer answer) {
  status_ = answer.status;
  in_chunks_ = false;
  if (parser_ && !parser_->is_done()) keeps_ = false;  // the server does not wait for the rest of the request
  // A client may send data for the tunnel before the answer; on a kept connection the server would read that data as
  // the next request (RFC 9931).
  if (request_.method == "CONNECT") keeps_ = false;
  const std::uint64_t size = answer.file ? answer.file->length : answer.body.size();
  std::optional<std::uint64_t> length = answer.length.value_or(size);
  if (has_no_body(answer.status)) length.reset();
  std::string head = head_of(answer.status, date_line() + answer.headers, length);
  if (request_.method != "HEAD" && length) {
    if (answer.file) {
      file_.emplace(std::move(head), *std::move(answer.file));
      return send_file();
    }
    // A long listing stays where it is.
    if (answer.body.size() > head.size()) std::swap(head, answer.body.insert(0, head));
    else head += answer.body;
  }
  write(std::move(head), [this](bool is_open) {
    if (is_open) end_exchange();
  });
}

void Connection::write(std::string bytes, Then then) {
  out_ = std::move(bytes);
  allow(guard_->limits().without_progress);
  asio::async_write(socket_, asio::buffer(out_),
                    [self = shared_from_this(), then = std::move(then)](const Error& problem, std::size_t count) {
                      self->count(count);
                      self->deadline_ = Clock::time_point::max();
                      self->out_ = std::string();  // the connection may be idle for long
                      then(!problem);
                    });
}

void Connection::send_file() {
  const auto self = shared_from_this();
  const auto step = file_->advance(socket_.native_handle());
  count(file_->take_gone());
  switch (step) {
    case FileSender::Step::done: file_.reset(); return end_exchange();
    case FileSender::Step::failed: return abort();
    case FileSender::Step::more: return asio::post(socket_.get_executor(), [self] { self->send_file(); });
    case FileSender::Step::blocked: break;
  }
  allow(guard_->limits().without_progress);
  socket_.async_wait(Socket::wait_write, [self](const Error& problem) {
    if (!problem) self->send_file();
  });
}

void Connection::begin(unsigned status, std::string headers, std::optional<std::uint64_t> length, Then then) {
  status_ = status;
  const bool is_new = parser_->get().version() >= 11;
  const bool has_body = !has_no_body(status) && request_.method != "HEAD" && request_.method != "CONNECT";
  in_chunks_ = has_body && !length && is_new;
  is_body_measured_ = has_body && length;
  body_left_ = has_body ? length.value_or(std::numeric_limits<std::uint64_t>::max()) : 0;
  // Without a length and without chunks, the end of the connection marks the end of the body.
  if (has_body && !length && !in_chunks_) keeps_ = false;
  if (!parser_->is_done()) keeps_ = false;
  if (has_no_body(status)) length.reset();
  write(head_of(status, headers, length), std::move(then));
}

/// Refuses to send more bytes than begin() announced: the client would read them as the next response.
void Connection::send(std::string piece, Then then) {
  const bool fits = piece.size() <= body_left_;
  if (!fits) abort();
  if (!fits || piece.empty()) return asio::post(socket_.get_executor(), [then = std::move(then), fits] { then(fits); });
  body_left_ -= piece.size();
  if (in_chunks_) piece = fmt::format("{:x}\r\n", piece.size()) + piece + "\r\n";
  write(std::move(piece), std::move(then));
}

void Connection::finish() {
  if (is_body_measured_ && body_left_ > 0) return abort();
  if (!in_chunks_) return end_exchange();
  write("0\r\n\r\n", [this](bool is_open) {
    if (is_open) end_exchange();
  });
}

/// Closes the connection with a reset, so that the client does not mistake the bytes that it has for the whole answer.
void Connection::abort() {
  Error ignored;
  when_closed_ = nullptr;  // the caller knows that it is closed
  socket_.set_option(asio::socket_base::linger(true, 0), ignored);
  if (tls_) tls_->abort();
  close();
}

void Connection::count(std::uint64_t bytes) {
  sent_ += bytes;
  if (Observer* observer = guard_ ? guard_->observer() : nullptr) observer->sent(bytes);
}

void Connection::tell_of_end(bool is_complete) {
  if (!std::exchange(is_observed_, false) || !guard_) return;
  if (Observer* observer = guard_->observer())
    observer->ended({*this, status_, sent_, Clock::now() - began_, is_complete || is_tunnel_});
}

void Connection::end_exchange() {
  tell_of_end(true);
  out_ = std::string();  // the last piece may be long, and the connection may stay idle
  when_closed_ = nullptr;
  if (!keeps_) return expects_more() ? linger() : close();
  wait_for_request();
}

/// Whether the client may send more: only a client that has asked for the end, and has sent its whole request, does
/// not.
bool Connection::expects_more() const {
  return tls_ || !parser_ || !parser_->is_done() || parser_->keep_alive() || buffer_.size() > 0;
}

/// Ends the connection, but reads until the client closes it: closing immediately would reset the connection before the
/// client has read the answer.
void Connection::linger() {
  Error ignored;
  socket_.shutdown(Socket::shutdown_send, ignored);
  if (deadline_ == Clock::time_point::max()) allow(to_hang_up);
  if (!body_piece_) body_piece_ = std::make_unique<std::array<char, 64 << 10>>();
  socket_.async_read_some(asio::buffer(*body_piece_), [self = shared_from_this()](const Error& problem, std::size_t) {
    if (!problem) self->linger();
  });
}

std::string Connection::take_over() {
  is_tunnel_ = true;
  const auto rest = buffer_.data();
  return {static_cast<const char*>(rest.data()), rest.size()};
}

}  // namespace hubcache::server
