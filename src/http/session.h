// The data that all requests of one Client share.
#pragma once

#include <cstdint>
#include <string>

#include <hubcache/environment.h>

#include "http/certificates.h"
#include "http/client.h"
#include "http/proxy.h"
#include "http/url.h"

namespace hubcache::http {

class Connections;

struct Session {
  Environment environment;
  Result<Url> origin;
  std::string token;
  std::string scheme;  ///< the scheme in the Authorization header
  std::string cookie;  ///< the name of a cookie that has the token, too; "" for none
  ProxyRules proxy_rules;
  Limits limits;
  Certificates certificates;
  Connections& connections;
  std::uint64_t requests = 0;

  bool is_for_the_token(const Url& url) const { return origin && same_origin(*origin, url); }
};

}  // namespace hubcache::http
