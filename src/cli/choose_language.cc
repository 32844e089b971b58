#include "cli/choose_language.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/language.h"
#include "cli/chinese.h"

namespace hubcache::cli {
namespace {

/// Returns the name of the locale that the user has chosen for messages; "" if none.
std::string locale_of(const Environment& environment) {
  for (const char* variable : {"HUBCACHE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (auto value = environment.get(variable).value_or(""); !value.empty()) return value;
  }
  return "";
}

/// True if the command prints JSON. The words after "--" belong to another program, and so may those of `run`.
bool asks_for_json(std::span<const std::string> words) {
  if (!words.empty() && words.front() == "run") return false;
  const auto end = std::ranges::find(words, "--");
  return std::any_of(words.begin(), end,
                     [](const std::string& word) { return word == "--json" || word.starts_with("--json="); });
}

}  // namespace

bool is_chinese(std::string_view locale) {
  locale = locale.substr(0, locale.find('@'));
  const auto dot = locale.find('.');
  const std::string charset = in_lower_case(dot == locale.npos ? "utf-8" : locale.substr(dot + 1));
  std::string name = in_lower_case(locale.substr(0, dot));
  std::ranges::replace(name, '-', '_');
  const bool is_simplified = name == "zh" || name == "zh_cn" || name == "zh_sg" || name.starts_with("zh_hans");
  return is_simplified && (charset == "utf-8" || charset == "utf8");
}

void choose_language(const Environment& environment, std::span<const std::string> words) {
  if (is_chinese(locale_of(environment)) && !asks_for_json(words)) set_catalogue(chinese);
}

}  // namespace hubcache::cli
