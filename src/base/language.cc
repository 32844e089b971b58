#include "base/language.h"

#include <algorithm>

#include <fmt/format.h>

namespace hubcache {
namespace {

std::span<const Translation> known;

/// Returns the text itself if there is no translation.
std::string_view look_up(std::string_view english) {
  const auto at = std::ranges::lower_bound(known, english, {}, &Translation::english);
  return at != known.end() && at->english == english ? at->translated : english;
}

}  // namespace

void set_catalogue(std::span<const Translation> catalogue) { known = catalogue; }

bool is_translating() { return !known.empty(); }

std::string_view translated(std::string_view english) { return look_up(english); }

std::string_view gap_after(std::string_view label) { return label.ends_with(':') ? " " : ""; }

std::string say_with(fmt::string_view english, fmt::format_args arguments) {
  const std::string_view format = look_up({english.data(), english.size()});
  return fmt::vformat(fmt::string_view(format.data(), format.size()), arguments);
}

}  // namespace hubcache
