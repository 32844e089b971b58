// http and https addresses, parsed by curl, so that hubcache compares the same host to which curl connects.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace hubcache::http {

struct Url {
  std::string text;    ///< the URL that curl requests; without a fragment
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case; an IPv6 address in brackets
  std::string port;    ///< the scheme's default if the address has none
  bool names_port = false;
  bool has_user = false;
};

/// Parses a URL. ErrorCode::usage if it is not an absolute http or https URL.
Result<Url> parse_url(std::string_view text);

/// Returns the address in an answer's Location, which may be relative to `from`. Removes user and password if
/// `location` is absolute or leads to another origin. ErrorCode::hub if it is not an http or https URL.
Result<Url> follow(const Url& from, std::string_view location);

bool same_origin(const Url& one, const Url& other);

}  // namespace hubcache::http
