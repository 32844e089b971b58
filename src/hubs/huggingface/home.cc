#include "hubs/huggingface/home.h"

#include <algorithm>

#include "base/path.h"

namespace hubcache {
namespace {

bool is_word(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

/// Returns the end of the name after a '$', including a closing brace; `start` if there is no name.
std::size_t end_of_name(std::string_view path, std::size_t start) {
  if (start < path.size() && path[start] == '{') {
    const auto close = path.find('}', start);
    return close == path.npos ? start : close + 1;
  }
  const auto* const end = std::ranges::find_if_not(path.substr(start), is_word);
  return start + static_cast<std::size_t>(end - path.substr(start).begin());
}

/// Models os.path.join: an absolute name replaces the folder.
std::string joined(const std::string& folder, const std::string& name) {
  return (std::filesystem::path(folder) / name).native();
}

std::string expanded(const Environment& environment, const std::string& path) {
  return expand_variables(environment, environment.expand_user(path));
}

/// datasets.config and builder.py expand '~', but not variables.
std::string datasets_folder(const Environment& environment) {
  const std::string caches = environment.get("XDG_CACHE_HOME").value_or("~/.cache");
  const std::string home = environment.expand_user(environment.get("HF_HOME").value_or(joined(caches, "huggingface")));
  return environment.expand_user(environment.get("HF_DATASETS_CACHE").value_or(joined(home, "datasets")));
}

}  // namespace

std::string expand_variables(const Environment& environment, std::string_view path) {
  std::string out;
  for (std::size_t at = 0; at < path.size();) {
    const auto end = path[at] == '$' ? end_of_name(path, at + 1) : at + 1;
    std::string_view name = path.substr(at + 1, end - at - 1);
    if (name.starts_with('{')) name = name.substr(1, name.size() - 2);
    const auto value = path[at] == '$' && end > at + 1 ? environment.get(name) : std::nullopt;
    out += value ? *value : std::string(path.substr(at, end - at));
    at = end;
  }
  return out;
}

HuggingFaceHome huggingface_home(const Environment& environment) {
  const std::string caches = environment.get("XDG_CACHE_HOME").value_or(joined(environment.expand_user("~"), ".cache"));
  const std::string home = expanded(environment, environment.get("HF_HOME").value_or(joined(caches, "huggingface")));
  const std::string older = environment.get("HUGGINGFACE_HUB_CACHE").value_or(joined(home, "hub"));
  const auto absolute = [&](const std::string& name) { return absolute_path(environment.working_folder, name); };
  return {absolute(expanded(environment, environment.get("HF_HUB_CACHE").value_or(older))),
          absolute(expanded(environment, environment.get("HF_TOKEN_PATH").value_or(joined(home, "token")))),
          absolute(environment.get("HF_MODULES_CACHE").value_or(joined(home, "modules"))),
          absolute(datasets_folder(environment))};
}

}  // namespace hubcache
