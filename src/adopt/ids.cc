#include "adopt/ids.h"

#include <algorithm>

#include "base/suggest.h"
#include "base/text.h"
#include "base/try.h"
#include "record/places.h"
#include "target/target.h"

namespace hubcache::adoption {
namespace {

constexpr std::string_view prefix = "hf:";

}  // namespace

Result<std::optional<HubKind>> take_hub(std::vector<std::string>& repo_ids, const std::vector<std::string>& targets) {
  const auto is_short = [&](const std::string& id) { return id.starts_with(prefix); };
  const auto first_short = std::ranges::find_if(repo_ids, is_short);
  if (repo_ids.empty()) return std::nullopt;
  if (first_short == repo_ids.end()) return targets.empty() ? std::optional(HubKind::aistudio) : std::nullopt;
  if (targets.empty() && !std::ranges::all_of(repo_ids, is_short)) {
    return Error{ErrorCode::usage, "some of these names begin with hf: and others do not",
                 "ask about one hub at a time"};
  }
  for (const std::string& name : targets) {
    if (TRY(target::find(name))->hub() == HubKind::huggingface) continue;
    return Error{
        ErrorCode::usage,
        in_quotes(*first_short) + " is a repo of Hugging Face's hub, and the target " + name + " reads another hub's",
        "leave the target out, or name huggingface or hf-dir; without hf: the name is AI Studio's"};
  }
  for (std::string& id : repo_ids) {
    if (is_short(id)) id.erase(0, prefix.size());
  }
  return targets.empty() ? std::optional(HubKind::huggingface) : std::nullopt;
}

std::string default_target(std::optional<HubKind> hub) {
  return hub == HubKind::huggingface ? "huggingface" : "aistudio";
}

std::string target_of_place(std::optional<HubKind> hub) {
  return hub == HubKind::huggingface ? "hf-dir" : "aistudio-dir";
}

std::string id_with_hub(HubKind hub, std::string_view repo_id) {
  return std::string(hub == HubKind::huggingface ? prefix : "") + std::string(repo_id);
}

std::string hint_for_unknown(const Environment& environment, std::string_view name) {
  std::vector<std::string> names;
  for (const record::KnownPlace& known : record::known_places(environment)) {
    const auto target = target::find(known.target);
    if (target) names.push_back(id_with_hub((*target)->hub(), known.repo_id));
  }
  const auto nearest = nearest_name(name, names);
  return nearest ? "did you mean " + *nearest + "?" : "hubcache status shows what is adopted";
}

}  // namespace hubcache::adoption
