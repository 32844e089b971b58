// Requests to a hub about one repo, and the errors that are the same for every hub.
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
  Result<http::Answer> head(const std::string& url) { return client_.head(url); }
  Result<void> get_all(std::span<const std::string> urls,
                       const std::function<Result<void>(std::size_t index, Result<http::Answer>)>& take,
                       std::span<const std::uint64_t> body_bytes = {}) {
    return client_.get_all(urls, take, body_bytes);
  }
  std::uint64_t requests_made() const { return client_.requests_made(); }

  /// Requests all URLs, parses each answer with `read` and passes the result to `take` as soon as the answer arrives.
  /// `take` gets an Error for each failed request and for each answer that `read` rejects.
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

  /// Returns the Error for an unsuccessful status.
  virtual Error refusal(const std::string& url, const http::Answer& answer) const = 0;

  const RepoRef& repo() const { return repo_; }
  Error failure(const std::string& url, const std::string& what, std::string hint) const;

 protected:
  const Endpoint& endpoint() const { return endpoint_; }
  /// Returns status and message, for example "404: The target couldn't be found.": at most 200 bytes of the server's
  /// text, without the token.
  std::string said(const http::Answer& answer) const;
  Error no_revision(const std::string& url, const std::string& words) const;
  Error not_found(const std::string& url, const std::string& words) const;
  /// Returns "the account of the token in <variable>". Call it only if there is a token.
  std::string account() const;
  /// Returns the Error for a status that means the same on every hub.
  Error common_refusal(const std::string& url, long status, const std::string& words) const;

 private:
  Error unreadable(const std::string& url, const http::Answer& answer, Error error) const;
  /// Returns the server's error message; "" if the body does not have the hub's format for errors.
  virtual std::string message_of(const http::Answer& answer) const = 0;

  http::Client& client_;
  const Endpoint& endpoint_;
  const RepoRef& repo_;
};

}  // namespace hubcache::hub
