#include "adoption/ids.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/language.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/try.h"
#include "hubs/registry.h"
#include "record/places.h"

namespace hubcache::adoption {
namespace {

using hub::Hub;

const Hub& hub_or_default(const Hub* hub) { return hub ? *hub : *hubs::all().front(); }

bool has_prefix(const Hub& hub, std::string_view id) {
  return !hub.id_prefix.empty() && id.size() > hub.id_prefix.size() && id.starts_with(hub.id_prefix) &&
         id[hub.id_prefix.size()] == ':';
}

/// Returns the hub of the id's prefix; the first hub if the id has no known prefix.
const Hub& hub_of_id(std::string_view id) {
  const auto found = std::ranges::find_if(hubs::all(), [&](const Hub* hub) { return has_prefix(*hub, id); });
  return found == hubs::all().end() ? *hubs::all().front() : **found;
}

/// Returns ErrorCode::usage for a prefix that no hub has. No repo id contains a colon.
Result<void> check_prefix(std::string_view id) {
  const auto colon = id.find(':');
  if (colon == id.npos || has_prefix(hub_of_id(id), id)) return {};
  std::vector<std::string> prefixes;
  for (const Hub* hub : hubs::all()) {
    if (!hub->id_prefix.empty()) prefixes.push_back(std::string(hub->id_prefix) + ":");
  }
  const auto nearest = nearest_name(id.substr(0, colon + 1), prefixes);
  return Error{ErrorCode::usage,
               say("{} is not a repo id: no hub has the prefix {}", in_quotes(id), in_quotes(id.substr(0, colon + 1))),
               nearest ? say("did you mean {}{}?", *nearest, printable(id.substr(colon + 1)))
                       : say("use one of the prefixes {}, or no prefix for {}", fmt::join(prefixes, ", "),
                             hubs::all().front()->title)};
}

/// Replaces the hint of RepoId::parse(), whose example has no prefix.
Error with_prefix_in_hint(Error error, const Hub& hub) {
  error.hint = say("use {}:owner/name, as in the address of the repo's page", hub.id_prefix);
  return error;
}

Error wrong_target(const std::string& id, const Hub& hub, const std::string& target) {
  std::vector<std::string_view> names;
  for (const hub::Target* one : hub.targets()) names.push_back(one->name);
  return {ErrorCode::usage,
          say("{} is a repo of {}, but the target {} belongs to another hub", in_quotes(id), hub.title, target),
          say("use one of the targets {}, or omit {}:", fmt::join(names, ", "), hub.id_prefix)};
}

/// Replaces names that targets of several hubs share by the names of this hub's targets. `id`: an id of the hub.
Result<void> take_targets_of(const Hub& hub, const std::string& id, std::vector<std::string>& targets) {
  for (std::string& name : targets) {
    const auto found =
        std::ranges::find_if(hub.targets(), [&](const hub::Target* target) { return target->is_named(name); });
    if (found != hub.targets().end()) name = (*found)->name;
    else if (TRY(hubs::find_target(name))) return wrong_target(id, hub, name);
  }
  return {};
}

}  // namespace

Result<const Hub*> take_hub(std::vector<std::string>& repo_ids, std::vector<std::string>& targets) {
  if (repo_ids.empty()) return nullptr;
  for (const std::string& id : repo_ids) TRY(check_prefix(id));
  const auto with_prefix =
      std::ranges::find_if(repo_ids, [](const std::string& id) { return has_prefix(hub_of_id(id), id); });
  const Hub& hub = hub_of_id(with_prefix == repo_ids.end() ? repo_ids.front() : *with_prefix);
  if (with_prefix == repo_ids.end()) return targets.empty() ? &hub : nullptr;
  for (const std::string& id : repo_ids) {
    const bool is_other = &hub_of_id(id) != &hub && (targets.empty() || has_prefix(hub_of_id(id), id));
    if (is_other)
      return Error{ErrorCode::usage,
                   say("cannot mix repos of several hubs: {} and {}", in_quotes(*with_prefix), in_quotes(id)),
                   say("run the command once for each hub")};
  }
  TRY(take_targets_of(hub, *with_prefix, targets));
  for (std::string& id : repo_ids) {
    if (!has_prefix(hub, id)) continue;
    id.erase(0, hub.id_prefix.size() + 1);
    if (const auto parsed = RepoId::parse(id); !parsed) return with_prefix_in_hint(parsed.error(), hub);
  }
  return targets.empty() ? &hub : nullptr;
}

std::string default_target(const Hub* hub) { return std::string(hub_or_default(hub).default_target); }

std::string target_of_place(const Hub* hub) {
  const std::string_view target = hub_or_default(hub).local_dir_target;
  return target.empty() ? default_target(hub) : std::string(target);
}

std::string id_with_hub(const Hub& hub, std::string_view repo_id) {
  return hub.id_prefix.empty() ? std::string(repo_id) : fmt::format("{}:{}", hub.id_prefix, repo_id);
}

std::vector<std::string> known_ids(const Environment& environment) {
  std::set<std::string> names;
  for (const record::KnownPlace& known : record::known_places(environment)) {
    const auto target = hubs::find_target(known.target);
    if (target && RepoId::parse(known.repo_id)) names.insert(id_with_hub((*target)->hub, known.repo_id));
  }
  return {names.begin(), names.end()};
}

std::string name_on_other_hub(const Environment& environment, std::string_view name) {
  const std::string_view id = name.substr(name.find(':') + 1);  // all of it if there is no ':'
  for (const record::KnownPlace& known : record::known_places(environment)) {
    const auto target = hubs::find_target(known.target);
    if (!target || known.repo_id != id) continue;
    std::string other = id_with_hub((*target)->hub, known.repo_id);
    if (other != name) return other;
  }
  return "";
}

std::string hint_for_unknown(const Environment& environment, std::string_view name) {
  std::vector<std::string> names = known_ids(environment);
  if (const auto other = name_on_other_hub(environment, name); !other.empty()) return say("did you mean {}?", other);
  std::erase(names, name);  // it is known, but its record is gone
  const auto nearest = nearest_name(name, names);
  return nearest ? say("did you mean {}?", *nearest) : say("run hubcache status to list the adopted repos");
}

}  // namespace hubcache::adoption
