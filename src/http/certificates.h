// Selects the trusted certificate authorities.
#pragma once

#include <string>

#include <hubcache/environment.h>

namespace hubcache::http {

struct Certificates {
  std::string file;      ///< a bundle; may be empty
  std::string folder;    ///< a folder with hashed names, as `openssl rehash` makes them; may be empty
  std::string variable;  ///< the variable that names them; empty for the system's certificates
};

/// Returns REQUESTS_CA_BUNDLE, else CURL_CA_BUNDLE (a file or a folder; requests.sessions.merge_environment_settings),
/// else SSL_CERT_FILE and SSL_CERT_DIR (OpenSSL), else curl's default or the first well-known bundle that exists.
/// An empty variable counts as unset, as in requests.
Certificates certificates_for(const Environment& environment);

/// Returns the same without SSL_CERT_FILE and SSL_CERT_DIR, which requests does not read. Without a variable, requests
/// uses the bundle of the package certifi; the system's takes its place.
Certificates certificates_for_requests(Environment environment);

}  // namespace hubcache::http
