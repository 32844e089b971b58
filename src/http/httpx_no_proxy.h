// Evaluates no_proxy by the rules of httpx2 2.16 (_utils.get_environment_proxies, URLPattern);
// httpx 0.28 differs: it does not accept networks ("10.0.0.0/8").
#pragma once

#include <string_view>

#include "http/url.h"

namespace hubcache::http {

enum class Bypass {
  none,
  all_proxy,  ///< bypass the proxy of all_proxy, but not the proxy for the address's scheme
  any_proxy,
};

/// Returns which proxies the request bypasses. `list`: the value of no_proxy. Ignores an entry that httpx cannot parse,
/// as httpx does.
Bypass bypass_by_httpx(std::string_view list, const Url& url);

}  // namespace hubcache::http
