#include "http/transfer.h"

#include <algorithm>

#include <hubcache/version.h>

#include "base/language.h"
#include "base/text.h"
#include "http/curl_options.h"
#include "http/redact.h"

namespace hubcache::http {
namespace {

constexpr std::size_t max_header_bytes = 64 << 10;

void append(std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>& list, const std::string& line) {
  if (curl_slist* longer = curl_slist_append(list.get(), line.c_str())) {
    static_cast<void>(list.release());
    list.reset(longer);
  }
}

std::string hint_for(CURLcode how, const Certificates& certificates) {
  switch (how) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
      return say("check the host name, the network, and the variables http_proxy, https_proxy, all_proxy and no_proxy");
    case CURLE_PEER_FAILED_VERIFICATION:
      return say(
          "if your own authority issued the certificate, set REQUESTS_CA_BUNDLE, or AWS_CA_BUNDLE for a store, to the "
          "authority's certificate file");
    case CURLE_SSL_CACERT_BADFILE:
      return certificates.variable.empty() ? say("install the system's CA certificates (package ca-certificates)")
                                           : say("check the file or folder that {} names", certificates.variable);
    case CURLE_OPERATION_TIMEDOUT: return say("try again later");
    default: return say("try again; if the problem persists, check the network between this machine and the hub");
  }
}

}  // namespace

std::chrono::milliseconds pause_of(int tries, long retry_after_seconds) {
  using namespace std::chrono_literals;
  if (retry_after_seconds <= 0) return 500ms * (1 << (tries - 1));
  return std::min<std::chrono::milliseconds>(std::chrono::seconds(std::min(retry_after_seconds, 3600L)), 10s);
}

const char* name_of(Method method) {
  switch (method) {
    case Method::head: return "HEAD";
    case Method::put: return "PUT";
    case Method::post: return "POST";
    case Method::erase: return "DELETE";
    case Method::get: break;
  }
  return "GET";
}

Transfer::Transfer(const Session& session, const Form& form, const Url& url, bool with_token, std::uint64_t body_bytes)
    : session_(session),
      body_bytes_(body_bytes),
      shown_(redact(for_message(url.text), session.token)),
      handle_(curl_easy_init(), curl_easy_cleanup) {
  set_request(url);
  set_method(form);
  // If the address contains a user, that user is sent instead of the token, as in requests
  // (requests.models.PreparedRequest.prepare_auth).
  set_headers(form, with_token && !session.token.empty() && !url.has_user);
  set_limits();
  use_own_sockets(handle_.get());
  proxy_ = use_proxy(handle_.get(), session_.environment, url, session_.proxy_rules);
  use_trust(handle_.get(), session_.certificates);
}

template <class Value>
void Transfer::set(CURLoption option, Value value) {
  curl_easy_setopt(handle_.get(), option, value);
}

void Transfer::set_request(const Url& url) {
  set(CURLOPT_URL, url.text.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_USERAGENT, ("hubcache/" + std::string(version())).c_str());
  set(CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  // In requests, a login in ~/.netrc replaces the token (requests.sessions.Session.prepare_request). hubcache does not
  // send such a login: the user stored it for git, not for this API.
  set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
}

/// The body is a field for curl, in all methods: so curl can send it again on another connection.
void Transfer::set_method(const Form& form) {
  if (form.method == Method::head) set(CURLOPT_NOBODY, 1L);
  if (form.method == Method::put || form.method == Method::post) {
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(form.body.size()));
    set(CURLOPT_POSTFIELDS, form.body.data() ? form.body.data() : "");
    append(headers_, "Content-Type:");  // none, instead of curl's type for forms
    append(headers_, "Expect:");        // no waiting for "100 Continue"
  }
  if (form.method == Method::put || form.method == Method::erase) set(CURLOPT_CUSTOMREQUEST, name_of(form.method));
}

void Transfer::set_headers(const Form& form, bool with_token) {
  for (const std::string& header : form.headers) append(headers_, header);
  if (with_token) append(headers_, "Authorization: " + session_.scheme + " " + session_.token);
  if (with_token && !session_.cookie.empty()) append(headers_, "Cookie: " + session_.cookie + "=" + session_.token);
  set(CURLOPT_HTTPHEADER, headers_.get());
  set(CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));  // no token in the CONNECT to a proxy
}

void Transfer::set_limits() {
  const Limits& limits = session_.limits;
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_CONNECTTIMEOUT, limits.connect_seconds);
  set(CURLOPT_LOW_SPEED_LIMIT, limits.slow_bytes_per_second);
  set(CURLOPT_LOW_SPEED_TIME, limits.slow_seconds);
  set(CURLOPT_TIMEOUT, limits.total_seconds);
  set(CURLOPT_ERRORBUFFER, reason_);
  set(CURLOPT_WRITEFUNCTION, &Transfer::take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_HEADERFUNCTION, &Transfer::take_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
}

/// Appends to the body. The limit applies to decompressed bytes.
std::size_t Transfer::take_body(char* bytes, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.body_too_long_ = size * count > transfer.body_bytes_ - transfer.body_.size();
  if (transfer.body_too_long_) return 0;
  transfer.body_.append(bytes, size * count);
  return size * count;
}

std::size_t Transfer::take_header(char*, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.header_bytes_ += size * count;
  transfer.headers_too_long_ = transfer.header_bytes_ > max_header_bytes;
  return transfer.headers_too_long_ ? 0 : size * count;
}

Result<Answer> Transfer::finish(CURLcode how) {
  if (auto refused = refusal_of_proxy(how)) return *std::move(refused);
  if (how != CURLE_OK) return failure(how);
  Answer answer;
  answer.status = status();
  const char* type = nullptr;
  curl_easy_getinfo(handle_.get(), CURLINFO_CONTENT_TYPE, &type);
  if (type) answer.content_type = type;
  answer.link = header("Link");
  answer.error_code = header("X-Error-Code");
  answer.commit = header("X-Repo-Commit");
  answer.etag = header("ETag");
  answer.date = header("Date");
  curl_off_t length = -1;
  curl_easy_getinfo(handle_.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length);
  if (length >= 0) answer.length = static_cast<std::uint64_t>(length);
  answer.body = std::move(body_);
  return answer;
}

/// Recognizes a 407, an unsuccessful answer to CONNECT, and a proxy that cannot be reached.
std::optional<Error> Transfer::refusal_of_proxy(CURLcode how) const {
  if (proxy_.address.empty()) return std::nullopt;
  long status = 0, of_connect = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  curl_easy_getinfo(handle_.get(), CURLINFO_HTTP_CONNECTCODE, &of_connect);
  const bool wants_login = status == 407 || of_connect == 407;
  const bool is_refused = wants_login || of_connect >= 300;
  const bool is_unreachable = how == CURLE_COULDNT_RESOLVE_PROXY || how == CURLE_COULDNT_CONNECT;
  if (!is_refused && !is_unreachable) return std::nullopt;
  const std::string reason = redact(words_of(how, reason_, proxy_), session_.token);
  const std::string what = wants_login  ? say("requires a login (407)")
                           : is_refused ? say("refuses the connection ({})", std::to_string(of_connect))
                                        : say("cannot be reached: {}", reason);
  const std::string hint =
      wants_login
          ? say("add a user and a password to {}: http://user:password@host:port; or add the hub to no_proxy if this "
                "machine can reach it without a proxy",
                proxy_.variable)
          : say("check {}; or add the hub to no_proxy if this machine can reach it without a proxy", proxy_.variable);
  return Error{ErrorCode::hub,
               say("{}: the proxy {}, which {} names, {}", shown_, for_message(proxy_), proxy_.variable, what), hint,
               true};
}

Error Transfer::failure(CURLcode how) const {
  std::string reason = *reason_ ? reason_ : curl_easy_strerror(how);
  if (body_too_long_) reason = say("the response is longer than {}", human_size(body_bytes_));
  if (headers_too_long_) reason = say("the response headers are longer than {}", human_size(max_header_bytes));
  Error error{ErrorCode::hub, shown_ + ": " + printable(redact(std::move(reason), session_.token)),
              hint_for(how, session_.certificates), !body_too_long_ && !headers_too_long_};
  error.untrusted = how == CURLE_PEER_FAILED_VERIFICATION || how == CURLE_SSL_CACERT_BADFILE;
  return error;
}

std::string Transfer::location() const { return header("Location"); }

std::string Transfer::header(const char* name) const {
  curl_header* header = nullptr;
  return curl_easy_header(handle_.get(), name, 0, CURLH_HEADER, -1, &header) == CURLHE_OK ? header->value : "";
}

long Transfer::status() const {
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  return status;
}

long Transfer::retry_after_seconds() const {
  curl_off_t seconds = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RETRY_AFTER, &seconds);
  return static_cast<long>(seconds);
}

}  // namespace hubcache::http
