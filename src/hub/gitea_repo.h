// The questions to a Gitea server about one repo, and what its refusals mean.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/repo.h>
#include <hubcache/result.h>

#include "http/client.h"
#include "hub/aistudio_endpoint.h"
#include "hub/gitea_answer.h"

namespace hubcache::hub {

inline bool is_success(const http::Answer& answer) { return answer.status == 200 || answer.status == 201; }

class GiteaRepo {
 public:
  GiteaRepo(http::Client& client, const Endpoint& endpoint, const RepoRef& repo);

  std::string tag_url() const;
  std::string tree_url(std::string_view revision, std::uint64_t page) const;
  std::string contents_url(std::string_view path) const;  ///< "" for the top folder

  Result<http::Answer> get(const std::string& url) { return client_.get(url); }
  Result<void> get_all(std::span<const std::string> urls,
                       const std::function<Result<void>(std::size_t index, Result<http::Answer>)>& take) {
    return client_.get_all(urls, take);
  }

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
  Error refusal(const std::string& url, const http::Answer& answer) const;

  const RepoRef& repo() const { return repo_; }
  Error failure(const std::string& url, const std::string& what, std::string hint) const;

 private:
  Error unreadable(const std::string& url, const http::Answer& answer, Error error) const;
  Error not_found(const std::string& url, const std::string& said) const;
  Error refused_token(const std::string& url, const std::string& said) const;
  std::string said(const http::Answer& answer) const;

  http::Client& client_;
  const Endpoint& endpoint_;
  const RepoRef& repo_;
  std::string base_;
};

}  // namespace hubcache::hub
