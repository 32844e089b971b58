// A store for a hub, which remembers whether it answers.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.h"

namespace hubcache::local_hub {

class WatchedStore final : public store::Store {
 public:
  using Clock = std::chrono::steady_clock;

  struct State {
    bool was_asked = false;      ///< ask() need not ask again, if `asked_at` is not long ago
    bool is_answering = false;   ///< the last question was answered, or the last ask()
    Clock::time_point asked_at;  ///< when
    std::uint64_t failures = 0;  ///< of questions and of parts of contents
  };

  explicit WatchedStore(std::unique_ptr<store::Store> store) : store_(std::move(store)) {}
  State state() const;
  /// Finds out whether the store answers, by a short list, which needs the same rights as the other questions.
  void ask();

  std::string name() const override { return store_->name(); }
  Result<std::optional<store::Object>> find(const std::string& key) override { return noted(store_->find(key)); }
  Result<std::optional<std::string>> get(const std::string& key, std::uint64_t most) override {
    return noted(store_->get(key, most));
  }
  Result<std::vector<store::Object>> list(const std::string& prefix) override { return noted(store_->list(prefix)); }
  /// A content may be missing in a store that answers: this says nothing about the store.
  Result<std::string> get_part(const std::string& key, std::uint64_t offset, std::uint64_t size) override;
  Result<void> put(const std::string& key, std::string_view bytes) override { return store_->put(key, bytes); }
  Result<bool> put_new(const std::string& key, std::string_view bytes) override { return store_->put_new(key, bytes); }
  Result<bool> put_instead(const std::string& key, std::string_view expected, std::string_view bytes) override {
    return store_->put_instead(key, expected, bytes);
  }
  Result<void> put_file(const std::string& key, const store::FileToPut& file, hash::Counter& counter) override {
    return store_->put_file(key, file, counter);
  }
  Result<void> remove(const std::string& key) override { return store_->remove(key); }
  Result<std::uint64_t> remove_unfinished(std::int64_t time, bool only_count) override {
    return store_->remove_unfinished(time, only_count);
  }
  Result<std::int64_t> now() override { return store_->now(); }
  std::vector<store::Finding> try_out(const std::string& key) override { return store_->try_out(key); }
  Result<std::optional<fs::Source>> open_local(const std::string& key) override { return store_->open_local(key); }
  Result<void> set_public_url(const std::string& url) override { return store_->set_public_url(url); }
  Result<std::string> url_for(const std::string& key, std::uint32_t seconds) override {
    return store_->url_for(key, seconds);
  }
  void stop() override { store_->stop(); }

 private:
  void note(bool is_answering);
  /// A question has failed, perhaps because of the one object that it was about.
  void doubt();
  template <class Answer>
  Result<Answer> noted(Result<Answer> answer) {
    if (answer) note(true);
    else doubt();
    return answer;
  }

  const std::unique_ptr<store::Store> store_;
  mutable std::mutex mutex_;  ///< guards `state_`
  State state_;
};

}  // namespace hubcache::local_hub
