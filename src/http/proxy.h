// Which proxy a request takes: by the rules of requests 2.34 (requests.utils.should_bypass_proxies, select_proxy) and
// of CPython's urllib.request (getproxies_environment, proxy_bypass_environment), since the clients use these.
#pragma once

#include <string>

#include <hubcache/environment.h>

#include "http/url.h"

namespace hubcache::http {

/// The proxy's address as the variables give it, with "http://" before it where it has no scheme; "" for none.
/// Where two names that differ only in case disagree (`Http_Proxy`, `HTTP_PROXY`), urllib takes the later one of the
/// process's own order; here it is the later one in byte order.
std::string proxy_for(const Environment& environment, const Url& url);

}  // namespace hubcache::http
