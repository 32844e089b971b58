// Compares names of hosts in URLs and NO_PROXY.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache::server {

/// Hosts to which programs may not connect.
struct HostNames {
  std::vector<std::string_view> known;  ///< these names and all their subdomains
  std::vector<std::string> own;         ///< further hosts, in any spelling, without their subdomains
};

/// Returns the form in which hosts are compared: lower case, without dots at the end and without brackets; an IPv4
/// address, even if contained in an IPv6 address, as four decimal numbers.
std::string canonical_host(std::string_view host);

/// Whether `host` is one of these hosts. `host`: without port; case is ignored.
bool is_among(std::string_view host, const HostNames& hosts);

/// Returns `list` (as in NO_PROXY) without the entries that allow direct connections to one of the hosts: "*",
/// ".baidu.com", "git.baidu.com", a network. Commas or blanks separate the entries.
std::string without_hosts(std::string_view list, const HostNames& hosts);

}  // namespace hubcache::server
