#include "store/s3_client.h"

#include <array>
#include <chrono>
#include <cmath>
#include <ctime>
#include <thread>

#include <curl/curl.h>
#include <fmt/format.h>

#include "base/cancel.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "http/transfer.h"
#include "http/url.h"
#include "store/s3_xml.h"

namespace hubcache::store {
namespace {

using namespace std::chrono_literals;

constexpr int most_tries = 4;
constexpr auto first_pause = 300ms;
constexpr std::int64_t tolerated_skew = 300;  // seconds; AWS refuses more than 900

// A service may need minutes to complete an upload in parts, and sends nothing meanwhile.
constexpr http::Limits limits{.slow_seconds = 180, .at_once = 24};

std::string first_of(const Environment& environment, std::initializer_list<const char*> variables,
                     const Settings& profile, std::string_view setting, std::string_view usual) {
  for (const char* variable : variables) {
    if (const auto value = environment.get(variable); value && !value->empty()) return *value;
  }
  const auto found = profile.find(setting);
  return found != profile.end() ? found->second : std::string(usual);
}

struct Advice {
  std::string_view code, next_step;
};
constexpr std::array advices = {
    Advice{"AccessDenied", marked("check what the credentials may do with this bucket; reading needs ListBucket too")},
    Advice{"InvalidAccessKeyId", marked("check AWS_ACCESS_KEY_ID or the profile, and the endpoint")},
    Advice{"SignatureDoesNotMatch",
           marked("check the secret key, the region, and that no proxy changes the Host header")},
    Advice{"NoSuchBucket", marked("create the bucket, or check its name and the endpoint (AWS_ENDPOINT_URL_S3)")},
    Advice{"PermanentRedirect", marked("set AWS_REGION to the bucket's region")},
    Advice{"AuthorizationHeaderMalformed", marked("set AWS_REGION to the bucket's region")},
    Advice{"RequestTimeTooSkewed", marked("set this machine's clock")},
    Advice{"ExpiredToken", marked("renew the temporary credentials")},
    Advice{"InvalidToken", marked("renew the temporary credentials")},
    Advice{"SlowDown", marked("try again later")},
};

std::string_view next_step_for(std::string_view code) {
  for (const Advice& advice : advices) {
    if (advice.code == code) return translated(advice.next_step);
  }
  return translated("hubcache store check STORE tells what works with this store");
}

/// Returns a remark if the clocks of this machine and of the service differ by so much that signatures are refused.
std::string skew_remark(const http::Answer& answer) {
  const std::time_t theirs = curl_getdate(answer.date.c_str(), nullptr);
  if (theirs <= 0) return "";
  const auto minutes = std::llround(std::difftime(std::time(nullptr), theirs) / 60);
  if (std::llabs(minutes) * 60 <= tolerated_skew) return "";
  return minutes > 0 ? say("; this machine's clock is {} minutes ahead of the store's", minutes)
                     : say("; this machine's clock is {} minutes behind the store's", -minutes);
}

}  // namespace

S3Client::S3Client(const Environment& environment, const Settings& profile)
    : environment_(environment), credentials_(environment, profile) {
  if (const std::string bundle = first_of(environment, {"AWS_CA_BUNDLE"}, profile, "ca_bundle", ""); !bundle.empty())
    environment_.variables["REQUESTS_CA_BUNDLE"] = bundle;
}

Result<std::unique_ptr<S3Client>> S3Client::make(const Environment& environment, const std::string& bucket) {
  const Settings profile = TRY(aws_profile(environment));
  std::unique_ptr<S3Client> client(new S3Client(environment, profile));
  client->bucket_ = bucket;
  client->region_ = first_of(environment, {"AWS_REGION", "AWS_DEFAULT_REGION"}, profile, "region", "us-east-1");
  const std::string named =
      first_of(environment, {"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"}, profile, "endpoint_url", "");
  const std::string endpoint = named.empty() ? "https://s3." + client->region_ + ".amazonaws.com" : named;
  const bool has_dots = bucket.find('.') != bucket.npos;  // no certificate is valid for such a host
  const std::string style =
      first_of(environment, {}, profile, "s3.addressing_style", named.empty() && !has_dots ? "virtual" : "path");
  client->is_virtual_ = style == "virtual";
  client->root_ = client->is_virtual_ ? "" : "/" + bucket;
  TRY(client->set_address(endpoint, client->origin_, client->host_));
  TRY(client->set_public_url(endpoint));
  TRY(client->credentials_.get());
  return client;
}

Result<void> S3Client::set_address(const std::string& address, std::string& origin, std::string& host) const {
  const auto url = TRY(http::parse_url(address));
  host = (is_virtual_ ? bucket_ + "." : "") + url.host + (url.names_port ? ":" + url.port : "");
  origin = url.scheme + "://" + host;
  return {};
}

Result<void> S3Client::set_public_url(const std::string& url) { return set_address(url, public_origin_, public_host_); }

std::string S3Client::path_of(const std::string& key) const { return root_ + "/" + encode_path(key); }

std::string S3Client::name_of(const S3Request& request) const {
  return fmt::format("{} s3://{}/{}", http::name_of(request.method), bucket_, printable(request.key));
}

Result<std::shared_ptr<const Signer>> S3Client::signer(std::string_view time) {
  const Credentials credentials = TRY(credentials_.get());
  const std::string_view day = time.substr(0, 8);
  const std::string wanted = fmt::format("{} {} {}", day, credentials.key_id, credentials.token);
  const std::lock_guard lock(mutex_);
  if (!signer_ || signed_for_ != wanted) {
    signer_ = std::make_shared<const Signer>(credentials, region_, day);
    signed_for_ = wanted;
  }
  return signer_;
}

Result<http::Answer> S3Client::send(const S3Request& request, std::uint64_t most_bytes) {
  const std::string payload = request.payload.empty() ? digest::sha256_hex(request.body) : request.payload;
  const std::string path = path_of(request.key);
  const std::string query = encode_query(request.query);
  http::Limits own_limits = limits;
  own_limits.body_bytes = most_bytes;
  auto pause = std::chrono::milliseconds(first_pause);
  for (int tries = 1;; ++tries, pause *= 2) {
    const bool is_removal = request.method == http::Method::erase;
    if (is_stopped_ && !is_removal) return cancelled();
    const std::string time = signature_time(std::time(nullptr));
    const ToSign to_sign{.method = http::name_of(request.method),
                         .host = host_,
                         .path = path,
                         .query = request.query,
                         .payload = payload};
    http::Form form{.method = request.method,
                    .headers = TRY(signer(time))->headers(to_sign, time),
                    .body = request.body,
                    .follows_redirects = false};
    form.headers.insert(form.headers.end(), request.headers.begin(), request.headers.end());
    form.headers.emplace_back("Accept-Encoding: identity");
    http::Client client(is_removal ? for_removals_ : connections_, environment_, "", "", own_limits);
    auto answer = client.send(form, origin_ + path + (query.empty() ? "" : "?" + query));
    const bool may_pass = answer ? answer->status == 500 : answer.error().unanswered && !is_stopped_;
    if (!may_pass || tries == most_tries) return answer;
    TRY(check_not_cancelled());
    std::this_thread::sleep_for(pause);
  }
}

Result<http::Answer> S3Client::get_unsigned(const std::string& url) {
  return http::Client(connections_, environment_, "", "", limits).send({.follows_redirects = false}, url);
}

Error S3Client::unexpected(const S3Request& request, const http::Answer& answer) const {
  const std::string code = element_of(answer.body, "Error/Code");
  const std::string message = element_of(answer.body, "Error/Message");
  const std::string why = message.empty() ? printable(code) : say("{} ({})", printable(code), printable(message));
  std::string text = say("the store answered {} to {}", answer.status, name_of(request));
  if (!code.empty()) text = say("{}: {}", text, why);
  const bool is_redirect = answer.status == 301 || answer.status == 307;
  return {.code = ErrorCode::hub,
          .message = text + skew_remark(answer),
          .hint = std::string(next_step_for(is_redirect && code.empty() ? "PermanentRedirect" : code)),
          .unanswered = answer.status >= 500,
          .refused = answer.status == 401 || answer.status == 403};
}

Result<std::string> S3Client::presigned(const std::string& key, std::uint32_t seconds) {
  constexpr std::size_t usual_query = 512;
  const auto now = TRY(this_second());
  std::string url;
  url.reserve(public_origin_.size() + root_.size() + key.size() + usual_query);
  url.append(public_origin_).append(root_).append("/");
  append_path(url, key);
  now->signer->presign_get(url, public_origin_.size(), public_host_, now->time, seconds);
  return url;
}

Result<std::shared_ptr<const S3Client::Second>> S3Client::this_second() {
  const std::time_t now = std::time(nullptr);
  {
    const std::lock_guard lock(mutex_);
    if (second_ && second_->second == now) return second_;
  }
  std::string time = signature_time(now);
  auto one = TRY(signer(time));
  auto second = std::make_shared<const Second>(Second{now, std::move(time), std::move(one)});
  const std::lock_guard lock(mutex_);
  return second_ = std::move(second);
}

}  // namespace hubcache::store
