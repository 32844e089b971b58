// Which proxy a request takes: by the rules of requests 2.34 (requests.utils.should_bypass_proxies, select_proxy) and
// of CPython's urllib.request (getproxies_environment, proxy_bypass_environment), since the clients use these.
#pragma once

#include <string>

#include <hubcache/environment.h>

#include "http/url.h"

namespace hubcache::http {

/// Whose rules: those of the Python library by which a hub's clients make requests.
enum class ProxyRules { requests, httpx };

struct Proxy {
  std::string address;   ///< as the variable gives it, with "http://" before it where it has no scheme; "" for none
  std::string variable;  ///< that names it
};

/// The address without user, password and path: fit for a message, also where a password is not quoted as it should be.
std::string for_message(const Proxy& proxy);

/// Where two names that differ only in case disagree (`Http_Proxy`, `HTTP_PROXY`), urllib takes the later one of the
/// process's own order; here it is the later one in byte order.
/// `rules`: httpx takes the same proxies, but reads no_proxy in its own way (httpx_no_proxy.h).
Proxy proxy_for(const Environment& environment, const Url& url, ProxyRules rules = ProxyRules::requests);

}  // namespace hubcache::http
