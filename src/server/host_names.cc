#include "server/host_names.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "http/proxy.h"
#include "http/url.h"

namespace hubcache::server {
namespace {

std::string cleaned(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != ' ' && c != '\t') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  out.erase(0, std::min(out.find_first_not_of("*."), out.size()));
  while (out.ends_with('.')) out.pop_back();
  return out;
}

/// Returns the IPv4 address to which an IPv6 address leads: a mapped address (RFC 4291) or one for NAT64 (RFC 6052).
std::optional<in_addr> embedded(const in6_addr& address) {
  static constexpr std::array<unsigned char, 12> mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF},
                                                 nat64 = {0, 0x64, 0xFF, 0x9B};
  const auto starts_with = [&](const auto& prefix) {
    return std::equal(prefix.begin(), prefix.end(), address.s6_addr);
  };
  if (!starts_with(mapped) && !starts_with(nat64)) return std::nullopt;
  in_addr inner{};
  std::memcpy(&inner, address.s6_addr + 12, sizeof inner);
  return inner;
}

std::string in_words(const in_addr& address) {
  char text[INET_ADDRSTRLEN] = {};
  return inet_ntop(AF_INET, &address, text, sizeof text);
}

bool is_or_is_below(std::string_view lower, std::string_view upper) {
  return lower == upper ||
         (lower.size() > upper.size() && lower.ends_with(upper) && lower[lower.size() - upper.size() - 1] == '.');
}

/// Whether the entry is the address, or a network that contains it.
bool has_address(std::string_view entry, const std::string& host) {
  Environment environment;
  environment.variables = {{"no_proxy", std::string(entry)}, {"http_proxy", "any"}};
  const auto url = http::parse_url("http://" + host);
  return url && http::proxy_for(environment, *url).address.empty();
}

bool is_below_known(std::string_view name, const HostNames& hosts) {
  return std::ranges::any_of(hosts.known, [&](std::string_view host) { return is_or_is_below(name, host); });
}

/// Whether an entry of NO_PROXY matches one of the hosts: it is the host's name, a name below it, a domain that
/// contains it, or "*".
bool leads_to_host(std::string_view entry, const HostNames& hosts) {
  const bool is_ipv6 = std::ranges::count(entry, ':') > 1;
  const std::string name = is_ipv6 ? canonical_host(entry) : cleaned(entry.substr(0, entry.find(':')));
  if (name.empty()) return entry.find_first_not_of("*.") == entry.npos;
  const auto is_in = [&](std::string_view host) { return is_or_is_below(host, name); };
  return is_below_known(name, hosts) || std::ranges::any_of(hosts.known, is_in) ||
         std::ranges::any_of(hosts.own, [&](const std::string& spelled) {
           const std::string host = canonical_host(spelled);
           return is_in(host) || is_or_is_below(name, host) || has_address(entry, host);
         });
}

}  // namespace

std::string canonical_host(std::string_view host) {
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const std::string name = cleaned(host);
  in6_addr six{};
  in_addr four{};
  if (inet_pton(AF_INET6, name.substr(0, name.find('%')).c_str(), &six) == 1) {
    if (const auto inner = embedded(six)) return in_words(*inner);
    char text[INET6_ADDRSTRLEN] = {};
    return inet_ntop(AF_INET6, &six, text, sizeof text);
  }
  return inet_aton(name.c_str(), &four) == 1 ? in_words(four) : name;
}

bool is_among(std::string_view host, const HostNames& hosts) {
  const auto is_same = [&](const std::string& own) { return canonical_host(own) == canonical_host(host); };
  return is_below_known(cleaned(host), hosts) || std::ranges::any_of(hosts.own, is_same);
}

std::string without_hosts(std::string_view list, const HostNames& hosts) {
  std::string kept;
  for (std::size_t start = 0; start <= list.size();) {
    const auto end = std::min(list.find_first_of(", \t", start), list.size());
    const auto entry = list.substr(start, end - start);
    if (!entry.empty() && !leads_to_host(entry, hosts)) kept.append(kept.empty() ? "" : ",").append(entry);
    start = end + 1;
  }
  return kept;
}

}  // namespace hubcache::server
