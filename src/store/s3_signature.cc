#include "store/s3_signature.h"

#include <algorithm>
#include <array>
#include <initializer_list>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/text.h"
#include "digest/digest.h"
#include "digest/hasher.h"
#include "digest/hmac.h"
#include "http/client.h"

namespace hubcache::store {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string hmac(std::string_view key, std::string_view text) {
  const Sha256 digest = digest::HmacSha256(key)({text});
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

void append(std::string& text, std::initializer_list<std::string_view> parts) {
  for (const std::string_view part : parts) text += part;
}

ObjectId sha256_of(std::initializer_list<std::string_view> parts) {
  thread_local digest::Hasher hasher(digest::Algorithm::sha256);
  hasher.start();
  for (const std::string_view part : parts) hasher.add(part);
  return hasher.finish<Sha256>().id();
}

constexpr auto is_unreserved = [] {
  std::array<bool, 256> is{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"))
    is[static_cast<unsigned char>(c)] = true;
  return is;
}();

/// Removes blanks at the ends and doubled ones, as the service does before it compares.
std::string collapsed(std::string_view value) {
  std::string text;
  for (const char c : value) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank) text += c;
    else if (!text.empty() && text.back() != ' ') text += ' ';
  }
  if (!text.empty() && text.back() == ' ') text.pop_back();
  return text;
}

std::string names_of(const Fields& headers) {
  std::string names;
  for (const auto& [name, value] : headers) names += (names.empty() ? "" : ";") + name;
  return names;
}

}  // namespace

void append_path(std::string& encoded, std::string_view path) {
  for (std::size_t start = 0, end = 0; start < path.size(); start = end) {
    while (end < path.size() && (is_unreserved[static_cast<unsigned char>(path[end])] || path[end] == '/')) ++end;
    encoded += path.substr(start, end - start);
    if (end < path.size()) encoded += http::quote(path.substr(end++, 1));
  }
}

std::string encode_path(std::string_view path) {
  std::string encoded;
  append_path(encoded, path);
  return encoded;
}

std::string encode_query(const Fields& query) {
  Fields encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(http::quote(name), http::quote(value));
  std::ranges::sort(encoded);
  std::string text;
  for (const auto& [name, value] : encoded) text += (text.empty() ? "" : "&") + name + "=" + value;
  return text;
}

std::string signature_time(std::int64_t time) { return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(time)); }

Signer::Signer(const Credentials& credentials, std::string_view region, std::string_view day)
    : key_id_(credentials.key_id),
      token_(credentials.token),
      scope_(fmt::format("{}/{}/s3/aws4_request", day, region)),
      key_(hmac(hmac(hmac(hmac("AWS4" + credentials.secret, day), region), "s3"), "aws4_request")),
      quoted_(fmt::format("X-Amz-Algorithm={}&X-Amz-Credential={}", algorithm,
                          http::quote(credentials.key_id + "/" + scope_))),
      quoted_token_(token_.empty() ? "" : "&X-Amz-Security-Token=" + http::quote(token_)) {}

/// `request`: the SHA-256 of the canonical request.
ObjectId Signer::signature(const ObjectId& request, std::string_view time) const {
  return key_({algorithm, "\n", time, "\n", scope_, "\n", request.str()}).id();
}

std::vector<std::string> Signer::headers(const ToSign& request, std::string_view time) const {
  Fields fields = request.headers;
  fields.emplace_back("x-amz-content-sha256", request.payload);
  fields.emplace_back("x-amz-date", time);
  if (!token_.empty()) fields.emplace_back("x-amz-security-token", token_);
  std::vector<std::string> lines;
  for (const auto& [name, value] : fields) lines.push_back(name + ": " + value);
  fields.emplace_back("host", request.host);
  std::ranges::sort(fields);
  std::string text = fmt::format("{}\n{}\n{}\n", request.method, request.path, encode_query(request.query));
  for (const auto& [name, value] : fields) append(text, {name, ":", collapsed(value), "\n"});
  append(text, {"\n", names_of(fields), "\n", request.payload});
  const ObjectId signed_with = signature(sha256_of({text}), time);
  lines.push_back(fmt::format("Authorization: {} Credential={}/{},SignedHeaders={},Signature={}", algorithm, key_id_,
                              scope_, names_of(fields), signed_with.str()));
  return lines;
}

std::string Signer::presign(const ToSign& request, std::string_view time, std::uint32_t seconds) const {
  const std::string query = presigned_query(request.query, time, seconds);
  const ObjectId text = sha256_of(
      {request.method, "\n", request.path, "\n", query, "\nhost:", request.host, "\n\nhost\n", request.payload});
  return query + "&X-Amz-Signature=" + std::string(signature(text, time).str());
}

void Signer::presign_get(std::string& url, std::size_t start, std::string_view host, std::string_view time,
                         std::uint32_t seconds) const {
  const fmt::format_int expires(seconds);
  const std::size_t end = url.size();
  append(url, {"?",
               quoted_,
               "&X-Amz-Date=",
               time,
               "&X-Amz-Expires=",
               {expires.data(), expires.size()},
               quoted_token_,
               "&X-Amz-SignedHeaders=host"});
  const std::string_view path = std::string_view(url).substr(start, end - start),
                         query = std::string_view(url).substr(end + 1);
  const ObjectId text = sha256_of({"GET\n", path, "\n", query, "\nhost:", host, "\n\nhost\nUNSIGNED-PAYLOAD"});
  append(url, {"&X-Amz-Signature=", signature(text, time).str()});
}

/// Returns the query in the order of its names.
std::string Signer::presigned_query(Fields query, std::string_view time, std::uint32_t seconds) const {
  query.emplace_back("X-Amz-Algorithm", algorithm);
  query.emplace_back("X-Amz-Credential", key_id_ + "/" + scope_);
  query.emplace_back("X-Amz-Date", time);
  query.emplace_back("X-Amz-Expires", std::to_string(seconds));
  if (!token_.empty()) query.emplace_back("X-Amz-Security-Token", token_);
  query.emplace_back("X-Amz-SignedHeaders", "host");
  return encode_query(query);
}

}  // namespace hubcache::store
