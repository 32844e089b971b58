// Addresses of http and https, as curl itself reads them, so that what is compared is what is connected to.
#pragma once

#include <string>
#include <string_view>

#include <hubcache/result.h>

namespace hubcache::http {

struct Url {
  std::string text;    ///< what curl is asked for; no fragment
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case; an IPv6 address in brackets
  std::string port;    ///< the scheme's own where the address names none
  bool names_port = false;
  bool has_user = false;
};

/// ErrorCode::usage for anything but an absolute http or https address.
Result<Url> parse_url(std::string_view text);

/// The address that an answer's Location leads to: relative to `from`, or absolute and then without a user or
/// password of its own. ErrorCode::hub for anything but http and https.
Result<Url> follow(const Url& from, std::string_view location);

bool same_origin(const Url& one, const Url& other);

}  // namespace hubcache::http
