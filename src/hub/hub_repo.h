// The questions to a hub about one repo, whatever its API; and what every hub's refusals have in common.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "http/client.h"
#include "hub/endpoint.h"

namespace hubcache::hub {

inline bool is_success(const http::Answer& answer) { return answer.status == 200 || answer.status == 201; }

class HubRepo {
 public:
  HubRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo)
      : client_(client), endpoint_(endpoint), repo_(repo) {}
  HubRepo(const HubRepo&) = delete;
  virtual ~HubRepo() = default;

  Result<http::Answer> get(const std::string& url) { return client_.get(url); }
  Result<void> get_all(std::span<const std::string> urls,
                       const std::function<Result<void>(std::size_t index, Result<http::Answer>)>& take,
                       std::span<const std::uint64_t> body_bytes = {}) {
    return client_.get_all(urls, take, body_bytes);
  }
  std::uint64_t requests_made() const { return client_.requests_made(); }

  /// What `read` makes of each answer, handed over as it comes. Each answer that is no success, or cannot be read, is
  /// an Error to `take`.
  template <class Value>
  Result<void> read_all(std::span<const std::string> urls, Result<Value> (*read)(const std::string&),
                        const std::function<Result<void>(std::size_t, Result<Value>)>& take) {
    return client_.get_all(urls, [&](std::size_t index, Result<http::Answer> answer) {
      return take(index, answer ? read_one(urls[index], *answer, read) : Result<Value>(std::move(answer).error()));
    });
  }

  template <class Value>
  Result<Value> read_one(const std::string& url, const http::Answer& answer,
                         Result<Value> (*read)(const std::string&)) const {
    if (!is_success(answer)) return refusal(url, answer);
    auto value = read(answer.body);
    return value ? std::move(value) : Result<Value>(unreadable(url, answer, std::move(value).error()));
  }

  /// The Error for a status that is no success.
  virtual Error refusal(const std::string& url, const http::Answer& answer) const = 0;

  const RepoRef& repo() const { return repo_; }
  Error failure(const std::string& url, const std::string& what, std::string hint) const;

 protected:
  const Endpoint& endpoint() const { return endpoint_; }
  /// "404: The target couldn't be found.", at most 200 bytes of what the server wrote, without the token.
  std::string said(const http::Answer& answer) const;
  Error no_revision(const std::string& url, const std::string& words) const;
  Error not_found(const std::string& url, const std::string& words) const;
  /// "the account of the token in <variable>"; only where there is a token.
  std::string account() const;
  /// For the statuses that mean the same on every hub.
  Error common_refusal(const std::string& url, long status, const std::string& words) const;

 private:
  Error unreadable(const std::string& url, const http::Answer& answer, Error error) const;
  /// What the server wrote about its refusal; "" if it is not in the hub's own form.
  virtual std::string message_of(const http::Answer& answer) const = 0;

  http::Client& client_;
  const Endpoint& endpoint_;
  const RepoRef& repo_;
};

}  // namespace hubcache::hub
