// Many requests of one Client: starts them, follows redirects and repeats failed ones.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "http/connections.h"
#include "http/session.h"
#include "http/transfer.h"

namespace hubcache::http {

class Batch {
 public:
  using Take = std::function<Result<void>(std::size_t index, Result<Answer>)>;

  /// `form`: of all requests; must live as long as the Batch.
  Batch(Session& session, const Form& form, std::span<const std::string> urls, const Take& take,
        std::span<const std::uint64_t> body_bytes)
      : session_(session),
        form_(form),
        urls_(urls),
        take_(take),
        body_bytes_(body_bytes),
        caller_(session.connections) {}

  Result<void> run();

 private:
  using Clock = Connections::Clock;

  /// A request for one of `urls_`. `url` is the address after redirects.
  struct Question {
    std::size_t index;
    Url url;
    bool with_token;  ///< permanently false after the first redirect to another origin
    int redirects = 0;
    int tries = 1;
    Clock::time_point not_before = {};
  };

  bool is_done() const { return next_ == urls_.size() && waiting_.empty() && under_way_.empty(); }
  bool has_room() const { return under_way_.size() < static_cast<std::size_t>(session_.limits.at_once); }
  bool can_start() const { return next_ < urls_.size() && has_room(); }
  std::uint64_t body_bytes_of(const Question& question) const;
  Result<void> start_what_is_due();
  void start(Question question);
  Result<void> settle(Connections::Ended ended);
  Result<void> redirect(Question question, const std::string& location);
  void ask_again(Question question, long status, long seconds);
  /// Waits until requests end, at most until a waiting request may start.
  Result<std::vector<Connections::Ended>> wait();

  Session& session_;
  const Form& form_;
  std::span<const std::string> urls_;
  const Take& take_;
  std::span<const std::uint64_t> body_bytes_;
  std::size_t next_ = 0;           ///< index of the first of `urls_` that was not started yet
  std::vector<Question> waiting_;  ///< requests that were redirected or will be repeated
  std::unordered_map<CURL*, Question> under_way_;
  Connections::Caller caller_;
};

}  // namespace hubcache::http
