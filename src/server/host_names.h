// Names of hosts, as URLs and NO_PROXY spell them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hubcache::server {

/// Hosts that programs are to be kept from.
struct HostNames {
  std::vector<std::string_view> known;  ///< names: they and all their subdomains
  std::vector<std::string> own;         ///< further hosts, in any spelling: just these
};

/// The spelling by which hosts are compared: lower case, without dots at the end and brackets, an IPv4 address in four
/// decimal numbers, also where an IPv6 address contains it.
std::string canonical_host(std::string_view host);

/// Whether it is one of these hosts. `host` without port, in any case.
bool is_among(std::string_view host, const HostNames& hosts);

/// `list` (as in NO_PROXY) without the entries by which one of the hosts would be reached directly: "*", ".baidu.com",
/// "git.baidu.com", a network. Between entries stand commas or blanks.
std::string without_hosts(std::string_view list, const HostNames& hosts);

}  // namespace hubcache::server
