// What every request has in common that goes out by curl: the way it takes, and whom it trusts.
#pragma once

#include <curl/curl.h>

#include <string>

#include <hubcache/environment.h>

#include "http/certificates.h"
#include "http/proxy.h"
#include "http/url.h"

namespace hubcache::http {

/// Once a process; safe from several threads.
void set_up_curl();

/// Makes curl open its sockets close-on-exec, so that no program that this process starts inherits them.
void use_own_sockets(CURL* handle);

/// The proxy by proxy_for(), and none of curl's own choice. Returns it.
Proxy use_proxy(CURL* handle, const Environment& environment, const Url& url, ProxyRules rules = ProxyRules::requests);

/// Returns what curl says of a failure, fit for a message. `reason`: CURLOPT_ERRORBUFFER; may be empty. curl quotes the
/// whole address of a proxy that it cannot parse, with the password.
std::string words_of(CURLcode how, const char* reason, const Proxy& proxy);

/// These authorities alone, for the hub and for a proxy of https.
void use_trust(CURL* handle, const Certificates& certificates);

}  // namespace hubcache::http
