#include "local_hub/bundle.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/walk.h"

namespace hubcache::local_hub {
namespace {

/// Appends the certificates in the file. `-----BEGIN TRUSTED CERTIFICATE-----` is OpenSSL's own kind.
void append_certificates(const std::filesystem::path& name, std::string& bundle) {
  std::ifstream file(name);
  bool is_inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.ends_with('\r')) line.pop_back();
    const bool is_border = line.ends_with("CERTIFICATE-----");
    is_inside = is_inside || (is_border && line.starts_with("-----BEGIN "));
    if (is_inside) bundle += line + "\n";
    if (is_border && line.starts_with("-----END ")) is_inside = false;
  }
}

/// Whether OpenSSL reads certificates from a file of this name: 8 hex digits, a dot, a number.
bool is_hashed(const std::string& name) {
  return name.size() > 9 && name[8] == '.' &&
         std::ranges::all_of(
             name.substr(0, 8),
             [](char c) { return std::string_view("0123456789abcdef").find(c) != std::string_view::npos; }) &&
         name.find_first_not_of("0123456789", 9) == name.npos;
}

Result<void> append_folder(const std::filesystem::path& folder, std::string& bundle) {
  return fs::walk(folder, [&](const std::string& name, const fs::Status&) {
    if (is_hashed(name)) append_certificates(folder / name, bundle);
    return fs::Descend::no;
  });
}

}  // namespace

Result<std::string> bundle_of(const http::Certificates& certificates) {
  std::string bundle;
  if (!certificates.file.empty()) append_certificates(certificates.file, bundle);
  if (!certificates.folder.empty()) TRY(append_folder(certificates.folder, bundle));
  if (!bundle.empty()) return bundle;
  const std::string& name = certificates.file.empty() ? certificates.folder : certificates.file;
  if (name.empty())
    return Error{ErrorCode::failed, say("the system has no certificates of authorities"),
                 say("install the package ca-certificates")};
  return Error{ErrorCode::failed, say("no certificates can be read from {}", in_quotes(name)),
               say("check REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE")};
}

}  // namespace hubcache::local_hub
