#include "http/httpx_no_proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string>

#include "base/ascii.h"

namespace hubcache::http {
namespace {

/// An entry as a URLPattern. "" and nullopt match anything.
struct Pattern {
  std::string scheme, host;
  std::optional<int> port, prefix;  ///< `prefix`: `host` is the address of a network
};

struct Address {
  std::array<unsigned char, 16> bytes{};
  int bits = 0;  ///< 0: not an address
};

Address address_of(const std::string& text) {
  Address address;
  if (inet_pton(AF_INET, text.c_str(), address.bytes.data()) == 1) address.bits = 32;
  else if (inet_pton(AF_INET6, text.c_str(), address.bytes.data()) == 1) address.bits = 128;
  return address;
}

bool contains(const Address& network, int prefix, const Address& address) {
  if (network.bits == 0 || network.bits != address.bits) return false;
  for (int bit = 0; bit < prefix; ++bit) {
    const auto at = static_cast<std::size_t>(bit / 8);
    const int mask = 0x80 >> (bit % 8);
    if ((network.bytes[at] & mask) != (address.bytes[at] & mask)) return false;
  }
  return true;
}

std::optional<int> number_of(std::string_view digits, int most) {
  int number = 0;
  const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_all = failure == std::errc() && stop == digits.data() + digits.size() && digits.front() != '-';
  return !digits.empty() && is_all && number <= most ? std::optional(number) : std::nullopt;
}

/// Parses "host", "host:port" or "[::1]:port"; nullopt for an invalid URL by httpx's rules.
std::optional<Pattern> pattern_of_url(std::string_view scheme, std::string_view rest) {
  static constexpr std::string_view in_names = "abcdefghijklmnopqrstuvwxyz0123456789-._~*";
  const auto slash = std::min(rest.find('/'), rest.size());
  std::string_view authority = rest.substr(0, slash);
  const std::string_view path = rest.substr(slash);
  Pattern pattern;
  if (scheme != "all") pattern.scheme = scheme;
  const bool is_bracketed = authority.starts_with('[') && authority.find(']') != authority.npos;
  const auto colon = authority.find(':', is_bracketed ? authority.find(']') : 0);
  if (colon != authority.npos) {
    const auto port = number_of(authority.substr(colon + 1), 65535);
    if (!port && colon + 1 < authority.size()) return std::nullopt;
    const bool is_default = (scheme == "http" && port == 80) || (scheme == "https" && port == 443);
    if (!is_default) pattern.port = port;
    authority = authority.substr(0, colon);
  }
  pattern.host = in_lower_case(is_bracketed ? authority.substr(1, authority.size() - 2) : authority);
  const Address address = address_of(pattern.host);
  if (is_bracketed ? address.bits != 128 : pattern.host.find_first_not_of(in_names) != pattern.host.npos)
    return std::nullopt;
  if (address.bits != 0 && path.size() > 1) {
    pattern.prefix = number_of(path.substr(1), address.bits);
    if (!pattern.prefix) return std::nullopt;
  }
  if (pattern.host == "*") pattern.host.clear();
  return pattern;
}

/// Converts an entry to a pattern, as get_environment_proxies does.
std::optional<Pattern> pattern_of(std::string_view entry) {
  if (const auto at = entry.find("://"); at != entry.npos)
    return pattern_of_url(in_lower_case(entry.substr(0, at)), entry.substr(at + 3));
  const auto slash = entry.find('/');
  const std::string host(entry.substr(0, slash));
  const Address address = address_of(host);
  if (address.bits == 128)
    return pattern_of_url("all", "[" + host + "]" + (slash == entry.npos ? "" : std::string(entry.substr(slash))));
  const bool stands_as_it_is = address.bits == 32 || in_lower_case(entry) == "localhost" || entry.starts_with('[');
  if (stands_as_it_is) return pattern_of_url("all", entry);
  if (slash != entry.npos) return std::nullopt;
  return pattern_of_url("all", (entry.starts_with("*.") ? "" : "*") + std::string(entry));
}

bool matches_host(const Pattern& pattern, const std::string& host) {
  if (pattern.prefix) return contains(address_of(pattern.host), *pattern.prefix, address_of(host));
  if (pattern.host.empty()) return true;
  if (!pattern.host.starts_with('*')) return host == pattern.host;
  const bool is_below_only = pattern.host.starts_with("*.");
  const std::string domain = pattern.host.substr(is_below_only ? 2 : 1);
  return (!is_below_only && host == domain) || (host.size() > domain.size() + 1 && host.ends_with("." + domain));
}

bool matches(const Pattern& pattern, const Url& url) {
  const bool is_ipv6 = url.host.starts_with('[');
  const std::string host = is_ipv6 ? url.host.substr(1, url.host.size() - 2) : url.host;
  const bool is_default_port = url.port == (url.scheme == "https" ? "443" : "80");
  const bool is_same_port = !pattern.port || (!is_default_port && url.port == std::to_string(*pattern.port));
  return (pattern.scheme.empty() || pattern.scheme == url.scheme) && is_same_port && matches_host(pattern, host);
}

}  // namespace

Bypass bypass_by_httpx(std::string_view list, const Url& url) {
  Bypass bypass = Bypass::none;
  for (std::size_t start = 0; start <= list.size();) {
    const auto end = std::min(list.find(',', start), list.size());
    const std::string_view entry = stripped(list.substr(start, end - start));
    start = end + 1;
    if (entry == "*") return Bypass::any_proxy;
    const auto pattern = entry.empty() ? std::optional<Pattern>() : pattern_of(entry);
    if (!pattern || !matches(*pattern, url)) continue;
    const bool is_for_all = pattern->scheme.empty() && pattern->host.empty() && !pattern->port;
    if (!is_for_all) bypass = Bypass::any_proxy;
    else if (bypass == Bypass::none) bypass = Bypass::all_proxy;
  }
  return bypass;
}

}  // namespace hubcache::http
