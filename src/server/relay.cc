#include "server/relay.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "http/curl_options.h"
#include "http/url.h"
#include "server/response_head.h"

namespace hubcache::server {
namespace {

constexpr long piece_bytes = 128 << 10;

class Relay : public std::enable_shared_from_this<Relay> {
 public:
  Relay(WayOut& way, std::shared_ptr<Exchange> exchange, Mount mount, http::ProxyRules proxy_rules,
        Unreachable unreachable)
      : way_(way),
        exchange_(std::move(exchange)),
        mount_(std::move(mount)),
        proxy_rules_(proxy_rules),
        unreachable_(std::move(unreachable)),
        handle_(curl_easy_init(), curl_easy_cleanup) {}

  void start(const http::Url& url) {
    url_ = url.text;
    set_request(url);
    set_headers();
    set_body();
    http::use_own_sockets(handle_.get());
    proxy_ = http::use_proxy(handle_.get(), way_.environment, url, proxy_rules_);
    http::use_trust(handle_.get(), way_.certificates);
    exchange_->when_closed([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->give_up();
    });
    way_.loop.add(handle_.get(), [self = shared_from_this()](CURLcode how) { self->end(how); });
  }

 private:
  template <class Value>
  void set(CURLoption option, Value value) {
    curl_easy_setopt(handle_.get(), option, value);
  }

  void set_request(const http::Url& url) {
    set(CURLOPT_URL, url.text.c_str());
    set(CURLOPT_PATH_AS_IS, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    // curl keeps up to 32 MiB of a paused HTTP/2 stream in memory, its window; with HTTP/1.1 the data stays in the
    // socket.
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, 30L);
    set(CURLOPT_LOW_SPEED_LIMIT, 1L);
    set(CURLOPT_LOW_SPEED_TIME, 120L);
    set(CURLOPT_BUFFERSIZE, piece_bytes);
    set(CURLOPT_ERRORBUFFER, reason_);
    set(CURLOPT_HEADERFUNCTION, &Relay::on_header);
    set(CURLOPT_HEADERDATA, static_cast<void*>(this));
    set(CURLOPT_WRITEFUNCTION, &Relay::on_piece);
    set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  }

  void set_headers() {
    NominatedFields nominated;
    for (const auto& [name, value] : exchange_->request().headers) {
      if (same_word(name, "Connection")) nominated.add(value);
    }
    for (const auto& [name, value] : exchange_->request().headers) {
      if (is_of_the_connection(name) || nominated.contains(name)) continue;
      const bool is_credential = same_word(name, "Authorization") || same_word(name, "Cookie");
      if (is_credential && !way_.passes_credentials) continue;
      add_header(std::string(name) + (value.empty() ? ";" : ": " + std::string(value)));
    }
    if (exchange_->request().header("Accept").empty()) add_header("Accept:");
    add_header("Expect:");
    set(CURLOPT_HTTPHEADER, headers_.get());
    set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // a CONNECT to a proxy contains none of them
  }

  void add_header(const std::string& line) {
    if (curl_slist* longer = curl_slist_append(headers_.get(), line.c_str())) {
      static_cast<void>(headers_.release());
      headers_.reset(longer);
    }
  }

  void set_body() {
    const Request& request = exchange_->request();
    const std::string method(request.method);
    if (request.has_body) {
      set(CURLOPT_UPLOAD, 1L);
      set(CURLOPT_INFILESIZE_LARGE,
          request.body_length ? static_cast<curl_off_t>(*request.body_length) : curl_off_t{-1});
      set(CURLOPT_READFUNCTION, &Relay::on_need);
      set(CURLOPT_READDATA, static_cast<void*>(this));
    } else if (method == "HEAD") {
      set(CURLOPT_NOBODY, 1L);
    } else if (request.body_length) {
      add_header("Content-Length: 0");
      set(CURLOPT_HTTPHEADER, headers_.get());
    }
    set(CURLOPT_CUSTOMREQUEST, method.c_str());
  }

  // ---- the answer

  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<Relay*>(self)->take_header({bytes, size * count}) ? size * count : 0;
  }

  bool take_header(std::string_view line) {
    if (has_begun_) return true;  // a trailer, after the body
    if (const auto taken = head_.take_line(line); !taken) {
      fault_ = taken.error().message;
      return false;
    }
    if (head_.is_complete()) begin();
    return true;
  }

  void begin() {
    has_begun_ = is_busy_ = true;
    std::string lines;
    for (const auto& [name, value] : head_.fields())
      lines.append(name).append(": ").append(field_for_client(mount_, url_, name, value)).append("\r\n");
    exchange_->begin(head_.status(), std::move(lines), head_.length(), when_sent());
  }

  static std::size_t on_piece(char* bytes, std::size_t size, std::size_t count, void* self) {
    return static_cast<Relay*>(self)->take_piece({bytes, size * count});
  }

  std::size_t take_piece(std::string_view piece) {
    if (!has_begun_) return 0;  // a body without a header
    is_paused_ = is_busy_;
    if (is_busy_) return CURL_WRITEFUNC_PAUSE;
    is_busy_ = true;
    exchange_->send(std::string(piece), when_sent());
    return piece.size();
  }

  Exchange::Then when_sent() {
    return [self = shared_from_this()](bool is_open) {
      self->is_busy_ = false;
      if (!is_open) return self->give_up();
      if (self->is_done_) return self->exchange_->finish();
      if (std::exchange(self->is_paused_, false)) self->go_on();
    };
  }

  // ---- the request's body

  static std::size_t on_need(char* room, std::size_t size, std::size_t count, void* self) {
    return static_cast<Relay*>(self)->fill(room, size * count);
  }

  std::size_t fill(char* room, std::size_t length) {
    if (body_.empty() && !body_ended_) {
      if (!std::exchange(is_reading_, true)) read_body();
      return CURL_READFUNC_PAUSE;
    }
    const std::size_t count = std::min(length, body_.size());
    std::memcpy(room, body_.data(), count);
    body_.erase(0, count);
    return count;
  }

  void read_body() {
    exchange_->read_body([self = shared_from_this()](std::optional<std::string_view> piece) {
      self->is_reading_ = false;
      if (!piece) return self->give_up();
      self->body_ = *piece;
      self->body_ended_ = piece->empty();
      if (!self->is_done_) self->go_on();
    });
  }

  void go_on() { curl_easy_pause(handle_.get(), CURLPAUSE_CONT); }

  // ---- the end

  void give_up() {
    if (std::exchange(is_done_, true)) return;
    way_.loop.remove(handle_.get());
    exchange_->abort();
  }

  void end(CURLcode how) {
    if (std::exchange(is_done_, true)) return;
    if (has_begun_ && how != CURLE_OK) return exchange_->abort();
    if (!has_begun_) return unreachable_(reason_of(how));
    if (!is_busy_) exchange_->finish();
  }

  std::string reason_of(CURLcode how) const {
    if (!fault_.empty()) return fault_;
    if (how == CURLE_OK) return "its response has an invalid header";
    return http::words_of(how, reason_, proxy_);
  }

  WayOut& way_;
  std::shared_ptr<Exchange> exchange_;
  const Mount mount_;
  const http::ProxyRules proxy_rules_;
  std::string url_;
  Unreachable unreachable_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_{nullptr, curl_slist_free_all};
  http::Proxy proxy_;
  char reason_[CURL_ERROR_SIZE] = {};
  ResponseHead head_;
  std::string fault_;  ///< why the response was refused
  std::string body_;
  bool has_begun_ = false, is_busy_ = false, is_paused_ = false, is_done_ = false;
  bool is_reading_ = false, body_ended_ = false;
};

}  // namespace

void relay(WayOut& way, const std::shared_ptr<Exchange>& exchange, const std::string& url, const Mount& mount,
           http::ProxyRules proxy_rules, Unreachable unreachable) {
  const auto parsed = http::parse_url(url);
  if (!parsed) return unreachable(parsed.error().message);
  std::make_shared<Relay>(way, exchange, mount, proxy_rules, std::move(unreachable))->start(*parsed);
}

}  // namespace hubcache::server
