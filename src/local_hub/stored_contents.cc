#include "local_hub/stored_contents.h"

#include <algorithm>
#include <functional>
#include <optional>

#include <fmt/format.h>
#include <boost/asio/post.hpp>

#include "base/language.h"
#include "base/text.h"
#include "digest/digest.h"
#include "digest/hasher.h"
#include "fs/stamp.h"
#include "http/url.h"
#include "published/keys.h"

namespace hubcache::local_hub {
namespace {

constexpr std::uint64_t small_file = 1 << 20;    // is sent from memory
constexpr std::uint64_t piece_size = 512 << 10;  // two of them are in memory for each client
constexpr std::uint32_t url_seconds = 3600;

constexpr const char* damaged = marked("the store has a damaged content");  // HTTP answers have it in English

server::Answer unavailable(const std::string& why) {
  return {503, "Content-Type: text/plain; charset=utf-8\r\nRetry-After: 2\r\n", why + "\n"};
}

/// Sends a part of a large content piece by piece. Fetches the next piece while the client gets the last one. A piece
/// that fails is asked for again by the store's client, so a fault of the store does not end the transfer.
class Streaming : public std::enable_shared_from_this<Streaming> {
 public:
  Streaming(boost::asio::io_context& io, server::Aside& aside, store::Store& store,
            std::shared_ptr<server::Exchange> exchange, const hub::CatalogFile& file, server::Part part,
            std::function<void(const std::string& why, bool is_damaged)> failed)
      : io_(io),
        aside_(aside),
        store_(store),
        exchange_(std::move(exchange)),
        key_(published::blob_key(file.stored->sha256)),
        at_(part.first),
        end_(part.first + part.length),
        failed_(std::move(failed)) {
    if (part.length == file.size) expected_ = file.stored->sha256;
    hasher_.start();
  }

  void start(server::Answer answer) {
    // The exchange must not keep this object, which keeps the exchange.
    exchange_->when_closed([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->is_over_ = true;
    });
    is_sending_ = true;
    exchange_->begin(answer.status, std::move(answer.headers), end_ - at_, when_sent());
    fetch();
  }

 private:
  void fetch() {
    if (at_ == end_ || is_fetching_ || is_over_) return;
    is_fetching_ = true;
    const std::uint64_t size = std::min(piece_size, end_ - at_);
    aside_.post([self = shared_from_this(), offset = at_, size] {
      const auto piece = std::make_shared<Result<std::string>>(self->store_.get_part(self->key_, offset, size));
      if (*piece && self->expected_) self->hasher_.add(**piece);
      boost::asio::post(self->io_, [self, piece] { self->take(std::move(*piece)); });
    });
  }

  void take(Result<std::string> piece) {
    is_fetching_ = false;
    if (is_over_) return;
    if (!piece) return give_up(piece.error().message, false);
    at_ += piece->size();
    // The last piece of a damaged content is not sent: the client notices that the answer is incomplete.
    if (at_ == end_ && expected_ && hasher_.finish<Sha256>() != *expected_) return give_up(damaged, true);
    ready_ = *std::move(piece);
    ready_->shrink_to_fit();  // the capacity may be twice the size, and a slow client keeps it for long
    go_on();
  }

  void go_on() {
    if (is_sending_ || !ready_) return;
    is_sending_ = true;
    exchange_->send(*std::exchange(ready_, std::nullopt), when_sent());
    fetch();
  }

  server::Exchange::Then when_sent() {
    return [self = shared_from_this()](bool is_open) {
      self->is_sending_ = false;
      if (!is_open || self->is_over_) {
        self->is_over_ = true;
        return;
      }
      if (self->at_ == self->end_ && !self->ready_ && !self->is_fetching_) return self->exchange_->finish();
      self->go_on();
    };
  }

  void give_up(const std::string& why, bool is_damaged) {
    is_over_ = true;
    failed_(why, is_damaged);
    exchange_->abort();
  }

  boost::asio::io_context& io_;
  server::Aside& aside_;
  store::Store& store_;
  std::shared_ptr<server::Exchange> exchange_;
  const std::string key_;
  std::uint64_t at_, end_;
  std::optional<Sha256> expected_;  ///< of a whole content
  digest::Hasher hasher_{digest::Algorithm::sha256};
  std::optional<std::string> ready_;
  std::function<void(const std::string&, bool)> failed_;
  bool is_fetching_ = false, is_sending_ = false, is_over_ = false;
};

}  // namespace

void StoredContents::send(const std::shared_ptr<server::Exchange>& exchange, const hub::CatalogFile& file,
                          const hub::StoredAnswer& about) {
  const hub::StoredContent& content = *file.stored;
  auto [answer, part] = server::partial_answer(exchange->request(), file.size, {about.etag, true}, about.headers);
  if (!part) return exchange->answer(std::move(answer));
  if (exchange->request().method == "HEAD") {
    answer.length = file.size;
    return exchange->answer(std::move(answer));
  }
  if (part->first + part->length <= content.head.size()) {  // the client asks whether parts are possible
    answer.body = content.head.substr(part->first, part->length);
    return exchange->answer(std::move(answer));
  }
  store::Store& store = *stores_[content.store];
  const std::string key = published::blob_key(content.sha256);
  if (damaged_.contains(key)) return exchange->answer(unavailable(damaged));
  auto local = store.open_local(key);
  if (!local) {
    tell_(local.error().message);
    return exchange->answer(unavailable("the store does not answer"));
  }
  if (*local) {
    const FileStamp stamp = fs::stamp_of((*local)->status);
    if (stamp.size != file.size) {
      tell_(damaged_text(key, content.store));
      return exchange->answer(unavailable(damaged));
    }
    answer.file = server::FileBody{std::move((*local)->file), stamp, part->first, part->length};
    return exchange->answer(std::move(answer));
  }
  if (file.size <= small_file) return send_small(exchange, file, std::move(answer), *part);
  if (options_.redirects && file.size > about.redirect_above) {
    const auto url = store.url_for(key, url_seconds);
    if (url && !url->empty()) return redirect(exchange, *url);
  }
  const auto failed = [this, key, number = content.store](const std::string& why, bool is_damaged) {
    tell_(is_damaged ? damaged_text(key, number) : why);
    // A client that continues the file would get a file with wrong bytes.
    if (is_damaged) damaged_.insert(key);
  };
  std::make_shared<Streaming>(io_, aside_, store, exchange, file, *part, failed)->start(std::move(answer));
}

std::string StoredContents::damaged_text(const std::string& key, std::size_t store) const {
  return say("{} has a damaged content: {}: remove the object, publish the repo again, and restart the hub",
             printable(stores_[store]->name()), key);
}

/// 307 keeps the method, and the clients keep Range and drop their token for another host.
void StoredContents::redirect(const std::shared_ptr<server::Exchange>& exchange, const std::string& url) {
  const auto path = url.find('/', url.find("://") + 3);
  const std::string location = options_.via.empty() ? url : options_.via + url.substr(path);
  exchange->answer({307, "Location: " + location + "\r\nCache-Control: no-store\r\n", ""});
}

void StoredContents::send_small(const std::shared_ptr<server::Exchange>& exchange, const hub::CatalogFile& file,
                                server::Answer answer, server::Part part) {
  const Sha256 sha256 = file.stored->sha256;
  if (const auto bytes = small_.find(sha256)) {
    answer.body = bytes->substr(part.first, part.length);
    return exchange->answer(std::move(answer));
  }
  const auto held = std::make_shared<server::Answer>(std::move(answer));
  aside_.post([this, exchange, sha256, size = file.size, &store = *stores_[file.stored->store], held, part] {
    auto got = store.get_part(published::blob_key(sha256), 0, size);
    if (got && digest::sha256(*got) != sha256) got = Error{ErrorCode::failed, std::string(translated(damaged)), ""};
    const auto result = std::make_shared<Result<std::string>>(std::move(got));
    boost::asio::post(io_, [this, exchange, sha256, held, part, result] {
      if (!*result) {
        tell_(say("{}: {}", published::blob_key(sha256), result->error().message));
        return exchange->answer(unavailable("the store does not have the content, or does not answer"));
      }
      held->body = (*result)->substr(part.first, part.length);
      small_.add(sha256, std::make_shared<const std::string>(std::move(**result)));
      exchange->answer(std::move(*held));
    });
  });
}

}  // namespace hubcache::local_hub
