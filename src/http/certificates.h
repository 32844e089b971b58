// Which certificate authorities are trusted.
#pragma once

#include <string>

#include <hubcache/environment.h>

namespace hubcache::http {

struct Certificates {
  std::string file;      ///< a bundle; may be empty
  std::string folder;    ///< hashed names, as `openssl rehash` makes them; may be empty
  std::string variable;  ///< the variable that named them; empty for the system's own
};

/// REQUESTS_CA_BUNDLE, else CURL_CA_BUNDLE (a file or a folder; requests.sessions.merge_environment_settings), else
/// SSL_CERT_FILE and SSL_CERT_DIR (OpenSSL), else curl's own default or the first well-known bundle that exists.
/// Set but empty counts as unset, as it does to requests.
Certificates certificates_for(const Environment& environment);

}  // namespace hubcache::http
