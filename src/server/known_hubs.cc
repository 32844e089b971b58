#include "server/known_hubs.h"

#include <algorithm>
#include <array>

namespace hubcache::server {
namespace {

/// aistudio-sdk 0.3.9: config.py (git, statistics, CDN); modelscope 1.40; huggingface_hub 2.4 (hub, CDN, Xet);
/// csghub-sdk 0.9.3; openmind_hub 1.3.
constexpr std::array<std::string_view, 15> hubs = {"aistudio.baidu.com",
                                                   "sandbox-aistudio.baidu.com",
                                                   "sandbox-git.aistudio.baidu.com",
                                                   "gitea-cdn.baidu-tech.com",
                                                   "bj-gitea-online.cdn.bcebos.com",
                                                   "gitea-sandbox.cdn.bcebos.com",
                                                   "modelscope.cn",
                                                   "modelscope.ai",
                                                   "huggingface.co",
                                                   "hf.co",
                                                   "hf-mirror.com",
                                                   "hf-api.gitee.com",
                                                   "opencsg.com",
                                                   "modelers.cn",
                                                   "openmind.cn"};

std::string cleaned(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != ' ' && c != '\t') out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  out.erase(0, std::min(out.find_first_not_of('.'), out.size()));
  while (out.ends_with('.')) out.pop_back();
  return out;
}

bool is_or_is_below(std::string_view host, std::string_view name) {
  return host == name ||
         (host.size() > name.size() && host.ends_with(name) && host[host.size() - name.size() - 1] == '.');
}

/// Of an entry of NO_PROXY: a hub's name, a name below it, or a domain that a hub is in.
bool leads_to_hub(std::string_view entry) {
  const std::string name = cleaned(entry.substr(0, entry.find(':')));
  if (name == "*" || is_known_hub(name)) return true;
  return !name.empty() && std::ranges::any_of(hubs, [&](std::string_view hub) { return is_or_is_below(hub, name); });
}

}  // namespace

bool is_known_hub(std::string_view host) {
  const std::string name = cleaned(host);
  return std::ranges::any_of(hubs, [&](std::string_view hub) { return is_or_is_below(name, hub); });
}

std::string without_known_hubs(std::string_view list) {
  std::string kept;
  for (std::size_t start = 0; start <= list.size();) {
    const auto end = std::min(list.find(',', start), list.size());
    const auto entry = list.substr(start, end - start);
    if (!entry.empty() && !leads_to_hub(entry)) kept.append(kept.empty() ? "" : ",").append(entry);
    start = end + 1;
  }
  return kept;
}

}  // namespace hubcache::server
