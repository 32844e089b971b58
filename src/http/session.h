// What the requests of one Client share.
#pragma once

#include <curl/curl.h>

#include <cstdint>
#include <memory>
#include <string>

#include <hubcache/environment.h>

#include "http/certificates.h"
#include "http/client.h"
#include "http/proxy.h"
#include "http/url.h"

namespace hubcache::http {

struct Session {
  Environment environment;
  Result<Url> origin;
  std::string token;
  std::string scheme;  ///< of the Authorization header
  ProxyRules proxy_rules;
  Limits limits;
  Certificates certificates;
  std::unique_ptr<CURLM, decltype(&curl_multi_cleanup)> multi{nullptr, curl_multi_cleanup};  ///< keeps connections
  std::uint64_t requests = 0;

  bool is_for_the_token(const Url& url) const { return origin && same_origin(*origin, url); }
};

}  // namespace hubcache::http
