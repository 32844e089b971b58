// Options that all requests by curl share: sockets, proxy and certificates.
#pragma once

#include <curl/curl.h>

#include <string>

#include <hubcache/environment.h>

#include "http/certificates.h"
#include "http/proxy.h"
#include "http/url.h"

namespace hubcache::http {

/// Initializes curl, once in a process. Thread-safe.
void set_up_curl();

/// Makes curl open its sockets close-on-exec, so that no program that this process starts inherits them.
void use_own_sockets(CURL* handle);

/// Makes curl use the proxy that proxy_for() selects, and no other. Returns the proxy.
Proxy use_proxy(CURL* handle, const Environment& environment, const Url& url, ProxyRules rules = ProxyRules::requests);

/// Returns curl's description of a failure for a message. `reason`: CURLOPT_ERRORBUFFER; may be empty. Removes the
/// proxy's address: curl quotes the whole address of a proxy that it cannot parse, with the password.
std::string words_of(CURLcode how, const char* reason, const Proxy& proxy);

/// Makes curl trust only these authorities, for the hub and for an https proxy.
void use_trust(CURL* handle, const Certificates& certificates);

}  // namespace hubcache::http
