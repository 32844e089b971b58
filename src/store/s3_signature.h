// Signs requests to an S3 service (Signature Version 4). curl 7.88's own signing cannot presign, and it signs unsorted
// queries, keys without a value and several headers wrongly.
//
// Reference: "Authenticating Requests (AWS Signature Version 4)" in the Amazon S3 API Reference.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "digest/hmac.h"

namespace hubcache::store {

struct Credentials {
  std::string key_id, secret;
  std::string token = {};       ///< of temporary credentials; "" for none
  std::int64_t expires_at = 0;  ///< in seconds since 1970; 0: never
};

using Fields = std::vector<std::pair<std::string, std::string>>;

/// The parts of a request that the signature covers.
struct ToSign {
  std::string_view method;
  std::string_view host;     ///< with the port if the URL names one
  std::string_view path;     ///< the URL's path, encoded by encode_path()
  Fields query = {};         ///< plain names and values
  Fields headers = {};       ///< names in lower case, of headers that begin with "x-amz-" and others that count
  std::string_view payload;  ///< SHA-256 of the body in hex, or "UNSIGNED-PAYLOAD"
};

/// Percent-encodes everything but letters, digits, `-_.~` and '/'.
std::string encode_path(std::string_view path);
void append_path(std::string& encoded, std::string_view path);
/// Returns the query of a URL: sorted, encoded, without the question mark.
std::string encode_query(const Fields& query);

/// Signs for one region and one day. Thread-safe.
class Signer {
 public:
  /// `day`: YYYYMMDD in UTC.
  Signer(const Credentials& credentials, std::string_view region, std::string_view day);

  /// Returns the headers to send, "Name: value": those to sign, x-amz-date, x-amz-content-sha256, x-amz-security-token
  /// and Authorization. `time`: YYYYMMDDTHHMMSSZ of the Signer's day.
  std::vector<std::string> headers(const ToSign& request, std::string_view time) const;
  /// Returns the query that lets anyone send this request (without headers) for `seconds`.
  std::string presign(const ToSign& request, std::string_view time, std::uint32_t seconds) const;
  /// Adds the query to a URL for GET whose path begins at `start`: the same as presign(), but much faster.
  void presign_get(std::string& url, std::size_t start, std::string_view host, std::string_view time,
                   std::uint32_t seconds) const;

 private:
  ObjectId signature(const ObjectId& request, std::string_view time) const;
  std::string presigned_query(Fields query, std::string_view time, std::uint32_t seconds) const;

  std::string key_id_, token_, scope_;
  digest::HmacSha256 key_;
  std::string quoted_, quoted_token_;  ///< the parts of presign_get() that are the same for all requests
};

/// Returns a time in seconds since 1970 as YYYYMMDDTHHMMSSZ; the first eight letters are the day.
std::string signature_time(std::int64_t time);

}  // namespace hubcache::store
