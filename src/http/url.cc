#include "http/url.h"

#include <algorithm>
#include <memory>

#include <curl/curl.h>

#include "base/ascii.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "http/client.h"

namespace hubcache::http {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

Handle new_handle() { return Handle(curl_url(), curl_url_cleanup); }

std::string part(const Handle& handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle.get(), which, &text, flags) != CURLUE_OK) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

bool set(const Handle& handle, const std::string& text, unsigned flags) {
  return curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), flags) == CURLUE_OK;
}

/// Whether the text contains no control characters.
bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

/// Whether the URL has no host. curl reads "http:///a" as host a; requests rejects it.
bool names_no_host(std::string_view text) {
  const auto colon = text.find(':');
  return colon != text.npos && text.substr(colon).starts_with(":///");
}

bool is_web(const Handle& handle) {
  const std::string scheme = part(handle, CURLUPART_SCHEME);
  return (scheme == "http" || scheme == "https") && !part(handle, CURLUPART_HOST).empty();
}

void drop_user(const Handle& handle) {
  curl_url_set(handle.get(), CURLUPART_USER, nullptr, 0);
  curl_url_set(handle.get(), CURLUPART_PASSWORD, nullptr, 0);
}

Url url_of(const Handle& handle) {
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  Url url;
  url.text = part(handle, CURLUPART_URL);
  url.scheme = part(handle, CURLUPART_SCHEME);
  url.host = in_lower_case(part(handle, CURLUPART_HOST));
  url.port = part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
  url.names_port = !part(handle, CURLUPART_PORT).empty();
  url.has_user = !part(handle, CURLUPART_USER).empty() || !part(handle, CURLUPART_PASSWORD).empty();
  return url;
}

}  // namespace

Result<Url> parse_url(std::string_view text) {
  const Handle handle = new_handle();
  if (!is_clean(text) || names_no_host(text) || !set(handle, std::string(text), 0) || !is_web(handle)) {
    return Error{ErrorCode::usage, say("not an http or https URL: '{}'", for_message(text)), ""};
  }
  return url_of(handle);
}

Result<Url> follow(const Url& from, std::string_view location) {
  const Handle alone = new_handle();
  const bool is_absolute = set(alone, std::string(location), CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME);
  const Handle handle = new_handle();
  if (!is_clean(location) || !set(handle, from.text, 0) || !set(handle, std::string(location), CURLU_URLENCODE) ||
      !is_web(handle)) {
    return Error{ErrorCode::hub, say("redirects to '{}', which is not an http or https URL", for_message(location)),
                 ""};
  }
  Url url = url_of(handle);
  if (is_absolute || !same_origin(url, from)) {
    drop_user(handle);
    url = url_of(handle);
  }
  return url;
}

bool same_origin(const Url& one, const Url& other) {
  return one.scheme == other.scheme && one.host == other.host && one.port == other.port;
}

std::string quote(std::string_view text) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  const auto is_kept = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-' || c == '~';
  };
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_kept(c)) out += c;
    else (out += '%', out += digits[byte >> 4], out += digits[byte & 15]);
  }
  return out;
}

std::string for_message(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const auto slashes = url.find("//");
  const auto start = slashes == url.npos ? 0 : slashes + 2;
  const auto end = std::min(url.find('/', start), url.size());
  const auto at = url.substr(start, end - start).rfind('@');
  const auto host = at == url.npos ? start : start + at + 1;
  return printable(url.substr(0, start)) + printable(url.substr(host));
}

}  // namespace hubcache::http
