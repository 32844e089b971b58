#include "http/proxy.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/ascii.h"
#include "base/text.h"
#include "http/httpx_no_proxy.h"

namespace hubcache::http {
namespace {

/// Proxies by scheme.
using Proxies = std::map<std::string, Proxy, std::less<>>;

/// Models urllib.request.getproxies_environment: the names end in _proxy in any case; a name with lower-case `_proxy`
/// takes precedence, even if its value is empty.
Proxies proxies_of(const Environment& environment) {
  static constexpr std::string_view suffix = "_proxy";
  Proxies proxies;
  const auto scheme_of = [](std::string_view name) {
    return in_lower_case(name.substr(0, name.size() - suffix.size()));
  };
  for (const auto& [name, value] : environment.variables) {
    if (!value.empty() && in_lower_case(name).ends_with(suffix)) proxies[scheme_of(name)] = {value, name};
  }
  // Under CGI, HTTP_PROXY may be a client's "Proxy:" header (CVE-2016-1000110).
  if (environment.get("REQUEST_METHOD")) proxies.erase("http");
  for (const auto& [name, value] : environment.variables) {
    if (!name.ends_with(suffix)) continue;
    if (value.empty()) proxies.erase(scheme_of(name));
    else proxies[scheme_of(name)] = {value, name};
  }
  return proxies;
}

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  for (std::size_t start = 0; start <= list.size();) {
    const auto end = std::min(list.find(',', start), list.size());
    parts.emplace_back(list.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

std::string_view without_leading_dots(std::string_view name) {
  return name.substr(std::min(name.find_first_not_of('.'), name.size()));
}

bool is_or_is_below(std::string_view host, std::string_view name) {
  return host == name ||
         (host.size() > name.size() && host.ends_with(name) && host[host.size() - name.size() - 1] == '.');
}

std::optional<in_addr> ipv4(const std::string& text) {
  in_addr address{};
  return inet_aton(text.c_str(), &address) ? std::optional(address) : std::nullopt;
}

struct Network {
  in_addr address;
  int bits;
};

/// Models requests.utils.is_valid_cidr.
std::optional<Network> network_of(const std::string& text) {
  const auto slash = text.find('/');
  if (slash == text.npos || text.find('/', slash + 1) != text.npos) return std::nullopt;
  int bits = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data() + slash + 1, end, bits);
  const auto address = ipv4(text.substr(0, slash));
  if (failure != std::errc() || stop != end || bits < 1 || bits > 32 || !address) return std::nullopt;
  return Network{*address, bits};
}

bool contains(const Network& network, in_addr address) {
  const std::uint32_t mask = htonl(0xFFFFFFFFu << (32 - network.bits));
  return (network.address.s_addr & mask) == (address.s_addr & mask);
}

bool bypasses_address(in_addr address, std::string_view host, const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [&](const std::string& name) {
    const auto network = network_of(name);
    return network ? contains(*network, address) : host == name;
  });
}

bool bypasses_name(const std::string& host, const std::string& host_and_port, const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [&](const std::string& raw) {
    if (raw.empty()) return false;
    const auto name = without_leading_dots(raw);
    return is_or_is_below(host, name) || is_or_is_below(host_and_port, name);
  });
}

/// Models the first part of requests.utils.should_bypass_proxies. Removes all blanks; is case-sensitive.
bool requests_bypasses(const Environment& environment, const std::string& host, const std::string& host_and_port) {
  std::string list = environment.get("no_proxy").value_or("");
  if (list.empty()) list = environment.get("NO_PROXY").value_or("");
  std::erase(list, ' ');
  const auto names = parts_of(list);
  if (const auto address = ipv4(host)) return bypasses_address(*address, host, names);
  return bypasses_name(host, host_and_port, names);
}

/// Models urllib.request.proxy_bypass_environment, which requests calls last, with the host without the port.
bool urllib_bypasses(const Proxies& proxies, const std::string& host) {
  const auto list = proxies.find("no");
  if (list == proxies.end()) return false;
  const std::string& names = list->second.address;
  if (names == "*") return true;
  return std::ranges::any_of(parts_of(names), [&](const std::string& raw) {
    const std::string name = in_lower_case(stripped(raw));
    return !name.empty() && is_or_is_below(host, without_leading_dots(name));
  });
}

/// Models requests.utils.select_proxy.
Proxy selected(const Proxies& proxies, const std::string& scheme, const std::string& host) {
  for (const auto& key : {scheme + "://" + host, scheme, "all://" + host, std::string("all")}) {
    if (const auto found = proxies.find(key); found != proxies.end()) return found->second;
  }
  return {};
}

/// Models httpx2._client.Client._transport_for_url.
Proxy selected_by_httpx(const Proxies& proxies, const Url& url) {
  const auto list = proxies.find("no");
  const Bypass bypass = list == proxies.end() ? Bypass::none : bypass_by_httpx(list->second.address, url);
  if (bypass == Bypass::any_proxy) return {};
  if (const auto own = proxies.find(url.scheme); own != proxies.end()) return own->second;
  const auto any = proxies.find("all");
  return any == proxies.end() || bypass == Bypass::all_proxy ? Proxy{} : any->second;
}

std::string without_brackets(const std::string& host) {
  return host.starts_with('[') && host.ends_with(']') ? host.substr(1, host.size() - 2) : host;
}

}  // namespace

std::string for_message(const Proxy& proxy) {
  const std::string_view address = proxy.address;
  const auto slashes = address.find("//");
  const auto start = slashes == address.npos ? 0 : slashes + 2;
  const auto at = address.rfind('@');
  const auto host = at == address.npos || at < start ? start : at + 1;
  const auto end = std::min(address.find_first_of("/?#", host), address.size());
  return printable(address.substr(0, start)) + printable(address.substr(host, end - host));
}

Proxy proxy_for(const Environment& environment, const Url& url, ProxyRules rules) {
  const Proxies proxies = proxies_of(environment);
  const std::string host = without_brackets(url.host);
  const std::string host_and_port = url.names_port ? host + ":" + url.port : host;
  if (rules == ProxyRules::requests &&
      (requests_bypasses(environment, host, host_and_port) || urllib_bypasses(proxies, host)))
    return {};
  Proxy proxy = rules == ProxyRules::requests ? selected(proxies, url.scheme, host) : selected_by_httpx(proxies, url);
  if (proxy.address.empty() || proxy.address.find("://") != std::string::npos) return proxy;
  proxy.address.insert(0, proxy.address.starts_with("//") ? "http:" : "http://");
  return proxy;
}

}  // namespace hubcache::http
