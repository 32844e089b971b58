#include "c_api/neutral_words.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hubcache::c_api {
namespace {

/// The options whose argument has the same name, apart from the dashes.
constexpr std::array<std::string_view, 21> options_of_arguments = {"allow-other-users",
                                                                   "check",
                                                                   "deny-all",
                                                                   "dry-run",
                                                                   "exclude",
                                                                   "include",
                                                                   "link",
                                                                   "local-dir",
                                                                   "match",
                                                                   "offline",
                                                                   "partial",
                                                                   "place",
                                                                   "port",
                                                                   "python",
                                                                   "repo-type",
                                                                   "revision",
                                                                   "take",
                                                                   "target",
                                                                   "require-complete",
                                                                   "trust-owner",
                                                                   "upstream"};

/// Returns the name of the option that begins at the text, without the dashes in front; "" if it is not an argument.
std::string_view option_at(std::string_view text) {
  if (!text.starts_with("--")) return "";
  text.remove_prefix(2);
  const std::string_view name =
      text.substr(0, std::min(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz-"), text.size()));
  return std::ranges::find(options_of_arguments, name) == options_of_arguments.end() ? "" : name;
}

}  // namespace

std::string neutral(std::string_view text) {
  const std::size_t command = std::min(text.find("hubcache "), text.size());  // what follows may be its options
  std::string words;
  for (std::size_t i = 0; i < command;) {
    const std::string_view name = option_at(text.substr(i));
    for (const char c : name) words += c == '-' ? '_' : c;
    if (name.empty()) words += text[i++];
    else i += 2 + name.size();
  }
  return words.append(text.substr(command));
}

Error neutral(Error error) {
  error.message = neutral(error.message);
  error.hint = neutral(error.hint);
  return error;
}

}  // namespace hubcache::c_api
