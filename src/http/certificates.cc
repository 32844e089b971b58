#include "http/certificates.h"

#include <curl/curl.h>

#include <filesystem>

namespace hubcache::http {
namespace {

bool exists(const std::filesystem::path& name) {
  std::error_code unreadable;
  return std::filesystem::exists(name, unreadable);
}

bool is_folder(const std::filesystem::path& name) {
  std::error_code unreadable;
  return std::filesystem::is_directory(name, unreadable);
}

Certificates named_by(const std::string& variable, const std::string& name) {
  return is_folder(name) ? Certificates{"", name, variable} : Certificates{name, "", variable};
}

/// Returns curl's default bundle if it exists, else the first well-known one: a curl that was built on another
/// distribution looks for that distribution's bundle.
Certificates of_the_system() {
  const curl_version_info_data* curl = curl_version_info(CURLVERSION_NOW);
  for (const char* bundle :
       {curl->cainfo, "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem"}) {
    if (bundle && exists(bundle)) return {bundle, "", ""};
  }
  return {"", curl->capath ? curl->capath : "", ""};
}

}  // namespace

Certificates certificates_for(const Environment& environment) {
  for (const char* variable : {"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}) {
    if (const auto name = environment.get(variable); name && !name->empty()) return named_by(variable, *name);
  }
  const std::string file = environment.get("SSL_CERT_FILE").value_or("");
  const std::string folder = environment.get("SSL_CERT_DIR").value_or("");
  if (file.empty() && folder.empty()) return of_the_system();
  return {file, folder, file.empty() ? "SSL_CERT_DIR" : "SSL_CERT_FILE"};
}

Certificates certificates_for_requests(Environment environment) {
  for (const char* variable : {"SSL_CERT_FILE", "SSL_CERT_DIR"}) environment.variables.erase(variable);
  return certificates_for(environment);
}

}  // namespace hubcache::http
