#include "caches/filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "adoption/ids.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/glob.h"
#include "hubs/registry.h"

namespace hubcache::caches {
namespace {

enum class Comparison { equal, unequal, less, less_or_equal, greater, greater_or_equal };

// The longer signs come first.
constexpr std::array<std::pair<std::string_view, Comparison>, 6> signs = {{{"!=", Comparison::unequal},
                                                                           {"<=", Comparison::less_or_equal},
                                                                           {">=", Comparison::greater_or_equal},
                                                                           {"=", Comparison::equal},
                                                                           {"<", Comparison::less},
                                                                           {">", Comparison::greater}}};

Error not_a_condition(std::string_view text) {
  return {ErrorCode::usage, say("{} is not a condition", in_quotes(text)),
          say("write for example 'size>1G', 'files>1000', 'used>30d', 'state=partial' or 'name=owner/*'")};
}

template <class Number>
bool holds(Number value, Comparison comparison, Number limit) {
  switch (comparison) {
    case Comparison::equal: return value == limit;
    case Comparison::unequal: return value != limit;
    case Comparison::less: return value < limit;
    case Comparison::less_or_equal: return value <= limit;
    case Comparison::greater: return value > limit;
    case Comparison::greater_or_equal: return value >= limit;
  }
  return false;
}

bool is_for_words(Comparison comparison) {
  return comparison == Comparison::equal || comparison == Comparison::unequal;
}

Error not_a_state(std::string_view word) {
  std::string states = "pinned, temporary";
  for (int number = static_cast<int>(CachedState::unreadable); number >= 0; --number)
    states = std::string(name_of(static_cast<CachedState>(number))) + ", " + states;
  return {ErrorCode::usage, say("{} is not a state", in_quotes(word)), say("use one of: {}", states)};
}

/// Returns a function that tells whether a repo is in the state. "pinned" and "temporary" are not states of their own.
Result<std::function<bool(const CachedRepo&)>> state_test(std::string_view word) {
  using Test = std::function<bool(const CachedRepo&)>;
  if (word == "pinned") return Test([](const CachedRepo& repo) { return repo.pinned; });
  if (word == "temporary") return Test([](const CachedRepo& repo) { return repo.temporary.files > 0; });
  for (int number = 0; number <= static_cast<int>(CachedState::unreadable); ++number) {
    const auto state = static_cast<CachedState>(number);
    if (word == name_of(state)) return Test([state](const CachedRepo& repo) { return repo.state == state; });
  }
  return not_a_state(word);
}

std::string name_with_hub(const CachedRepo& repo) {
  const auto target = hubs::find_target(repo.target);
  return target ? adoption::id_with_hub((*target)->hub, repo.repo_id) : repo.repo_id;
}

/// A pattern without "/" after the prefix of a hub matches the last part of that hub's ids, as it does without a
/// prefix.
Result<Condition> name_condition(std::string_view text, Comparison comparison, std::string_view pattern) {
  if (pattern.starts_with('=')) return not_a_condition(text);
  const auto colon = pattern.find('/') == pattern.npos ? pattern.find(':') : pattern.npos;
  const std::string prefix(pattern.substr(0, colon == pattern.npos ? 0 : colon + 1));
  const bool is_wanted = comparison == Comparison::equal;
  return [glob = TRY(fs::Glob::parse(pattern.substr(prefix.size()))), prefix, is_wanted](const CachedRepo& repo,
                                                                                         std::int64_t) {
    const std::string name = name_with_hub(repo);
    const bool is_of_hub = name.starts_with(prefix);
    return (is_of_hub && (glob.matches(repo.repo_id, false) || (prefix.empty() && glob.matches(name, false)))) ==
           is_wanted;
  };
}

Result<Condition> state_condition(Comparison comparison, std::string_view word) {
  return [test = TRY(state_test(word)), is_wanted = comparison == Comparison::equal](
             const CachedRepo& repo, std::int64_t) { return test(repo) == is_wanted; };
}

/// A whole number without a unit.
Result<std::uint64_t> parse_count(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size())
    return Error{ErrorCode::usage, say("{} is not a number of files", in_quotes(text)), say("write for example 1000")};
  return number;
}

Result<Condition> make_condition(std::string_view text, std::string_view field, Comparison comparison,
                                 std::string_view value) {
  const bool is_for_number = field == "size" || field == "files";
  if (is_for_number) {
    const auto member = field == "size" ? &CachedRepo::disk_size : &CachedRepo::files;
    return [=, limit = TRY(field == "size" ? parse_size(value) : parse_count(value))](
               const CachedRepo& repo, std::int64_t) { return holds(repo.*member, comparison, limit); };
  }
  if (field == "used" && !is_for_words(comparison)) {
    return [=, limit = TRY(parse_duration(value))](const CachedRepo& repo, std::int64_t now) {
      return repo.last_use && holds(now - *repo.last_use, comparison, limit);
    };
  }
  if (field == "name" && is_for_words(comparison)) return name_condition(text, comparison, value);
  if (field == "state" && is_for_words(comparison)) return state_condition(comparison, value);
  return not_a_condition(text);
}

std::string_view without_spaces(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

Result<std::uint64_t> parse_size(std::string_view text) {
  constexpr std::string_view units = "KMGTP", small_units = "kmgtp";
  double number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  std::string_view unit = problem == std::errc() ? text.substr(static_cast<std::size_t>(end - text.data())) : "?";
  auto power = unit.empty() ? units.npos : units.find(unit.front());
  if (power == units.npos && !unit.empty()) power = small_units.find(unit.front());
  if (power != units.npos) unit.remove_prefix(1);
  if (power != units.npos && unit.starts_with('i')) unit.remove_prefix(1);
  for (std::size_t i = 0; power != units.npos && i <= power; ++i) number *= 1024;
  constexpr double largest = 1e18;
  const bool has_digit_before_unit = problem == std::errc() && end[-1] != '.';
  const bool is_size = has_digit_before_unit && (unit.empty() || unit == "B") && number >= 0 && number < largest;
  if (!is_size)
    return Error{ErrorCode::usage, say("{} is not a size", in_quotes(text)), say("write for example 500M or 1.5G")};
  return static_cast<std::uint64_t>(number);
}

Result<std::int64_t> parse_duration(std::string_view text) {
  constexpr std::int64_t hour = 3600, day = 24 * hour, most = 1'000'000;
  constexpr std::array<std::pair<char, std::int64_t>, 4> units = {
      {{'h', hour}, {'d', day}, {'w', 7 * day}, {'y', 365 * day}}};
  std::int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit = text.substr(static_cast<std::size_t>(end - text.data()));
  const auto* const found =
      std::ranges::find(units, unit.empty() ? '?' : unit.front(), &std::pair<char, std::int64_t>::first);
  const bool is_duration =
      problem == std::errc() && unit.size() == 1 && found != units.end() && number >= 0 && number <= most;
  if (!is_duration)
    return Error{ErrorCode::usage, say("{} is not a duration", in_quotes(text)),
                 say("write for example 12h, 30d, 8w or 1y")};
  return number * found->second;
}

Result<Condition> parse_condition(std::string_view text) {
  const auto at = text.find_first_of("!<>=");
  if (at == text.npos) return not_a_condition(text);
  const std::string_view rest = text.substr(at);
  for (const auto& [sign, comparison] : signs) {
    if (rest.starts_with(sign))
      return make_condition(text, without_spaces(text.substr(0, at)), comparison,
                            without_spaces(rest.substr(sign.size())));
  }
  return not_a_condition(text);
}

Result<std::vector<Condition>> parse_conditions(const std::vector<std::string>& texts) {
  std::vector<Condition> conditions;
  conditions.reserve(texts.size());
  for (const std::string& text : texts) conditions.push_back(TRY(parse_condition(text)));
  return conditions;
}

}  // namespace hubcache::caches
