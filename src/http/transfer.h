// One running request.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/proxy.h"
#include "http/session.h"

namespace hubcache::http {

constexpr long too_many_requests = 429;

/// Returns the method as HTTP spells it.
const char* name_of(Method method);

/// Returns the pause before a request is repeated: Retry-After, at most 10 s; without it (0), 0.5 s after the first
/// try, doubled after each further try.
std::chrono::milliseconds pause_of(int tries, long retry_after_seconds);

class Transfer {
 public:
  Transfer(const Session& session, const Form& form, const Url& url, bool with_token, std::uint64_t body_bytes);
  Transfer(const Transfer&) = delete;  // curl holds its address

  CURL* handle() const { return handle_.get(); }

  /// Returns the answer after the transfer has ended with `how`. Every HTTP status is an Answer.
  Result<Answer> finish(CURLcode how);

  long status() const;
  std::string location() const;      ///< the Location header; "" if there is none
  long retry_after_seconds() const;  ///< 0 if the answer has no Retry-After

 private:
  static std::size_t take_body(char* bytes, std::size_t size, std::size_t count, void* self);
  static std::size_t take_header(char* bytes, std::size_t size, std::size_t count, void* self);

  template <class Value>
  void set(CURLoption option, Value value);
  void set_request(const Url& url);
  void set_method(const Form& form);
  void set_headers(const Form& form, bool with_token);
  void set_limits();
  std::string header(const char* name) const;  ///< header of the last answer; "" if there is none
  Error failure(CURLcode how) const;
  /// Returns why the proxy did not pass the request on; nullopt if it did, or if there is no proxy.
  std::optional<Error> refusal_of_proxy(CURLcode how) const;

  const Session& session_;
  std::uint64_t body_bytes_;  ///< limit for the body
  std::string shown_;         ///< the address for messages
  Proxy proxy_;               ///< the proxy of the request
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
  std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers_{nullptr, curl_slist_free_all};
  char reason_[CURL_ERROR_SIZE] = {};
  std::string body_;
  std::size_t header_bytes_ = 0;
  bool body_too_long_ = false;
  bool headers_too_long_ = false;
};

}  // namespace hubcache::http
