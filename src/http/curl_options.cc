#include "http/curl_options.h"

#include <sys/socket.h>

#include "base/text.h"
#include "http/redact.h"

namespace hubcache::http {

void set_up_curl() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

void use_own_sockets(CURL* handle) {
  constexpr auto open_socket = [](void*, curlsocktype, curl_sockaddr* address) -> curl_socket_t {
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  };
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, static_cast<curl_opensocket_callback>(open_socket));
}

Proxy use_proxy(CURL* handle, const Environment& environment, const Url& url, ProxyRules rules) {
  Proxy proxy = proxy_for(environment, url, rules);
  curl_easy_setopt(handle, CURLOPT_PROXY, proxy.address.c_str());  // "" stops curl from reading the variables
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "");
  return proxy;
}

std::string words_of(CURLcode how, const char* reason, const Proxy& proxy) {
  return printable(redact(*reason ? reason : curl_easy_strerror(how), proxy.address));
}

/// Sets both file and folder, even if one is empty: curl would use the system's in place of an unset one.
void use_trust(CURL* handle, const Certificates& certificates) {
  const auto or_null = [](const std::string& name) { return name.empty() ? nullptr : name.c_str(); };
  curl_easy_setopt(handle, CURLOPT_CAINFO, or_null(certificates.file));
  curl_easy_setopt(handle, CURLOPT_CAPATH, or_null(certificates.folder));
  curl_easy_setopt(handle, CURLOPT_PROXY_CAINFO, or_null(certificates.file));
  curl_easy_setopt(handle, CURLOPT_PROXY_CAPATH, or_null(certificates.folder));
}

}  // namespace hubcache::http
