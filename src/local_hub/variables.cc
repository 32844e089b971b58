#include "local_hub/variables.h"

namespace hubcache::local_hub {
namespace {

std::string non_empty(const Environment& environment, const char* name, const char* other) {
  const std::string value = environment.get(name).value_or("");
  return value.empty() ? environment.get(other).value_or("") : value;
}

std::string with_loopback(std::string list) {
  for (const std::string name : {"127.0.0.1", "localhost", "::1"}) {
    const bool has = ("," + list + ",").find("," + name + ",") != std::string::npos;
    if (!has) list.append(list.empty() ? "" : ",").append(name);
  }
  return list;
}

}  // namespace

Variables proxy_variables(const Environment& environment, const std::string& root, server::Egress egress,
                          const server::HostNames& hubs) {
  Variables variables;
  for (const auto& [name, other] : {std::pair{"no_proxy", "NO_PROXY"}, std::pair{"NO_PROXY", "no_proxy"}}) {
    std::string list = non_empty(environment, name, other);
    if (egress == server::Egress::no_hubs) list = server::without_hosts(list, hubs);
    if (egress == server::Egress::nothing) list.clear();
    variables.emplace_back(name, with_loopback(std::move(list)));
  }
  const auto lead_here = [&](std::initializer_list<const char*> names, bool is_proxy) {
    for (const char* name : names) {
      if (is_proxy) variables.emplace_back(name, root);
      else if (environment.get(name) == root)
        variables.emplace_back(name, std::nullopt);  // left over from an earlier local hub
    }
  };
  lead_here({"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"}, egress != server::Egress::free);
  lead_here({"all_proxy", "ALL_PROXY"}, egress == server::Egress::nothing);
  return variables;
}

Variables front_variables(const Environment& for_command, const std::string& root,
                          const std::vector<server::Front>& fronts, const std::string& bundle) {
  server::HostNames hosts;
  for (const server::Front& front : fronts) hosts.own.push_back(front.host);
  Variables variables{{"https_proxy", root}, {"HTTPS_PROXY", root}, {"REQUESTS_CA_BUNDLE", bundle}};
  for (const char* name : {"no_proxy", "NO_PROXY"})
    variables.emplace_back(name, server::without_hosts(for_command.get(name).value_or(""), hosts));
  return variables;
}

}  // namespace hubcache::local_hub
