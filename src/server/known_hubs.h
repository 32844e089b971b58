// The hosts of the model hubs, which are not to be asked while a command runs offline.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hubcache::server {

/// The spelling by which hosts are compared: lower case, without dots at the end and brackets, an IPv4 address in four
/// decimal numbers, also where an IPv6 address contains it.
std::string canonical_host(std::string_view host);

/// A hub's host, one of its subdomains, or a host that its files come from. `host` without port, in any case.
bool is_known_hub(std::string_view host);

/// `list` (as in NO_PROXY) without the entries by which a known hub, or one of `own` (hosts), would be reached
/// directly:
/// "*", ".baidu.com", "git.aistudio.baidu.com", a network. Between entries stand commas or blanks.
std::string without_hubs(std::string_view list, const std::vector<std::string>& own);

}  // namespace hubcache::server
