// no_proxy by the rules of httpx2 2.16 (_utils.get_environment_proxies, URLPattern);
// httpx 0.28 differs in taking no networks ("10.0.0.0/8").
#pragma once

#include <string_view>

#include "http/url.h"

namespace hubcache::http {

enum class Bypass {
  none,
  all_proxy,  ///< the one of all_proxy, but not the one that is for the address's scheme
  any_proxy,
};

/// `list`: the value of no_proxy. An entry that httpx cannot parse is passed over, as httpx does.
Bypass bypass_by_httpx(std::string_view list, const Url& url);

}  // namespace hubcache::http
