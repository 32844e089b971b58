// Messages for users in their language. The library speaks English; only the command sets a catalogue of translations.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include <fmt/core.h>

namespace hubcache {

struct Translation {
  std::string_view english, translated;
};

/// Sets the catalogue, which is sorted by the English text and lives as long as the process; empty: English. No other
/// thread may run yet.
void set_catalogue(std::span<const Translation> catalogue);

/// True if messages are not English.
bool is_translating();

/// Marks a constant text as a message. translated() looks it up later.
template <std::size_t size>
constexpr const char (&marked(const char (&english)[size]))[size] {
  return english;  // NOLINT(bugprone-return-const-ref-from-parameter): only literals are char arrays here
}

/// Returns the translation of a constant text, or the text itself. The text is a literal, or comes from marked().
std::string_view translated(std::string_view english);

/// Returns the space between a label such as "error:" and its text; "" after the wide colon of another language.
std::string_view gap_after(std::string_view label);

/// Formats the translation of the message; say() calls it.
std::string say_with(fmt::string_view english, fmt::format_args arguments);

/// Returns a message in the user's language, formatted as by fmt::format. Each message that users read is the first
/// argument of a call of this function, or is marked(): po/catalogue.py collects these.
template <class... Arguments>
// NOLINTNEXTLINE(cppcoreguidelines-missing-std-forward): fmt takes the arguments by reference
std::string say(fmt::format_string<Arguments...> english, Arguments&&... arguments) {
  return say_with(english, fmt::make_format_args(arguments...));
}

}  // namespace hubcache
