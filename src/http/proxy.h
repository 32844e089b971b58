// Selects the proxy of a request by the rules of requests 2.34 (requests.utils.should_bypass_proxies, select_proxy) and
// of CPython's urllib.request (getproxies_environment, proxy_bypass_environment), since the clients use them.
#pragma once

#include <string>

#include <hubcache/environment.h>

#include "http/url.h"

namespace hubcache::http {

/// The Python library with which a hub's clients make requests; its rules apply.
enum class ProxyRules { requests, httpx };

struct Proxy {
  std::string address;   ///< the variable's value, after "http://" if it has no scheme; "": no proxy
  std::string variable;  ///< the variable that names the proxy
};

/// Returns the address for a message: without user, password and path, even if the password is not quoted correctly.
std::string for_message(const Proxy& proxy);

/// Returns the proxy for the URL. If variables whose names differ only in case have different values (`Http_Proxy`,
/// `HTTP_PROXY`), urllib uses the later one in the process's environment; hubcache uses the later one in byte order.
/// `rules`: httpx uses the same proxies, but has its own rules for no_proxy (httpx_no_proxy.h).
Proxy proxy_for(const Environment& environment, const Url& url, ProxyRules rules = ProxyRules::requests);

}  // namespace hubcache::http
