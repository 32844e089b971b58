#include "store/s3_signature.h"

#include <algorithm>
#include <array>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "base/text.h"
#include "digest/digest.h"
#include "http/client.h"

namespace hubcache::store {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string hmac(std::string_view key, std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
       text.size(), bytes.data(), &size);
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

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

std::string encode_path(std::string_view path) {
  std::string encoded;
  for (;;) {
    const auto slash = path.find('/');
    encoded += http::quote(path.substr(0, slash));
    if (slash == path.npos) return encoded;
    encoded += '/';
    path.remove_prefix(slash + 1);
  }
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
      key_(hmac(hmac(hmac(hmac("AWS4" + credentials.secret, day), region), "s3"), "aws4_request")) {}

std::string Signer::signature(const ToSign& request, std::string_view query, const Fields& headers,
                              std::string_view time) const {
  std::string text = fmt::format("{}\n{}\n{}\n", request.method, request.path, query);
  for (const auto& [name, value] : headers) text += name + ":" + collapsed(value) + "\n";
  text += fmt::format("\n{}\n{}", names_of(headers), request.payload);
  return to_hex(hmac(key_, fmt::format("{}\n{}\n{}\n{}", algorithm, time, scope_, digest::sha256_hex(text))));
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
  const std::string signed_with = signature(request, encode_query(request.query), fields, time);
  lines.push_back(fmt::format("Authorization: {} Credential={}/{},SignedHeaders={},Signature={}", algorithm, key_id_,
                              scope_, names_of(fields), signed_with));
  return lines;
}

std::string Signer::presign(ToSign request, std::string_view time, std::uint32_t seconds) const {
  request.query.emplace_back("X-Amz-Algorithm", algorithm);
  request.query.emplace_back("X-Amz-Credential", key_id_ + "/" + scope_);
  request.query.emplace_back("X-Amz-Date", time);
  request.query.emplace_back("X-Amz-Expires", std::to_string(seconds));
  if (!token_.empty()) request.query.emplace_back("X-Amz-Security-Token", token_);
  request.query.emplace_back("X-Amz-SignedHeaders", "host");
  const std::string query = encode_query(request.query);
  return query + "&X-Amz-Signature=" + signature(request, query, {{"host", std::string(request.host)}}, time);
}

}  // namespace hubcache::store
