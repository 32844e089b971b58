// Keeps the contents of small files in memory, those that were asked for last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <list>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

#include <hubcache/digest.h>

namespace hubcache::local_hub {

class SmallContents {
 public:
  using Bytes = std::shared_ptr<const std::string>;

  explicit SmallContents(std::size_t most_bytes) : most_bytes_(most_bytes) {}

  /// Returns nullptr if it does not have the content.
  Bytes find(const Sha256& sha256) {
    const auto found = by_sha256_.find(sha256);
    if (found == by_sha256_.end()) return nullptr;
    contents_.splice(contents_.begin(), contents_, found->second);
    return found->second->second;
  }

  void add(const Sha256& sha256, Bytes bytes) {
    if (by_sha256_.contains(sha256)) return;
    bytes_ += cost_of(*bytes);
    contents_.emplace_front(sha256, std::move(bytes));
    by_sha256_.emplace(sha256, contents_.begin());
    while (bytes_ > most_bytes_) {
      bytes_ -= cost_of(*contents_.back().second);
      by_sha256_.erase(contents_.back().first);
      contents_.pop_back();
    }
  }

 private:
  struct Hash {
    std::size_t operator()(const Sha256& sha256) const {
      std::size_t value = 0;
      std::memcpy(&value, sha256.bytes.data(), sizeof value);
      return value;
    }
  };
  /// Counts the containers' own memory, too: a repo may have a million files of one byte.
  static std::size_t cost_of(const std::string& bytes) { return bytes.size() + 256; }

  const std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::list<std::pair<Sha256, Bytes>> contents_;  ///< the latest first
  std::unordered_map<Sha256, decltype(contents_)::iterator, Hash> by_sha256_;
};

}  // namespace hubcache::local_hub
