// One row for each hub. No other file of the library names all hubs.
#include "hubs/registry.h"

#include <array>

#include "base/language.h"
#include "base/suggest.h"
#include "base/text.h"
#include "hubs/aistudio/hub.h"
#include "hubs/csghub/hub.h"
#include "hubs/huggingface/hub.h"
#include "hubs/modelscope/hub.h"

#ifdef HUBCACHE_MORE_HUBS  // a header of the tests with another hub
#include HUBCACHE_MORE_HUBS
#endif

namespace hubcache::hubs {
namespace {

constexpr const hub::Hub* rows[] = {&hub::aistudio_hub, &hub::huggingface_hub, &hub::modelscope_hub, &hub::csghub_hub,
#ifdef HUBCACHE_MORE_HUBS
                                    HUBCACHE_MORE_ROWS
#endif
};

/// The hosts of openmind_hub 1.3.
constexpr std::string_view other_hosts[] = {"modelers.cn", "openmind.cn"};

std::vector<const hub::Target*> targets_of_all() {
  std::vector<const hub::Target*> targets;
  for (const hub::Hub* hub : rows) targets.insert(targets.end(), hub->targets().begin(), hub->targets().end());
  return targets;
}

}  // namespace

std::span<const hub::Hub* const> all() { return rows; }

std::span<const hub::Target* const> targets() {
  static const auto targets = targets_of_all();
  return targets;
}

Result<const hub::Target*> find_target(std::string_view name) {
  std::vector<std::string> names;
  for (const hub::Target* target : targets()) {
    if (target->name == name) return target;
    names.emplace_back(target->name);
  }
  if (name.find(',') != name.npos)
    return Error{ErrorCode::usage, say("unknown target: {}", in_quotes(name)),
                 say("pass --target once for each target")};
  const auto nearest = nearest_name(name, names);
  return Error{ErrorCode::usage, say("unknown target: {}", in_quotes(name)),
               nearest ? say("did you mean {}? run hubcache targets to list all targets", *nearest)
                       : say("run hubcache targets to list all targets")};
}

std::string local_dir_targets() {
  std::string names;
  for (const hub::Hub* hub : rows) {
    if (!hub->local_dir_target.empty()) names += (names.empty() ? "" : ", ") + std::string(hub->local_dir_target);
  }
  return names;
}

std::vector<std::string_view> known_hosts() {
  std::vector<std::string_view> hosts(std::begin(other_hosts), std::end(other_hosts));
  for (const hub::Hub* hub : rows) hosts.insert(hosts.end(), hub->hosts.begin(), hub->hosts.end());
  return hosts;
}

}  // namespace hubcache::hubs
