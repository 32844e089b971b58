// Checks repo ids as huggingface_hub does (utils/_validators.py, validate_repo_id, 1.33.0 and 2.4.0).
#include <algorithm>

#include "base/language.h"
#include "hubs/hf_client/cache.h"

namespace hubcache::hub::hf_client {
namespace {

constexpr std::size_t longest_part = 96;

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/// Models REPO_ID_REGEX: the first and the last character are word characters.
bool is_part(std::string_view part) {
  const auto may_be_in_id = [](char c) { return is_word(c) || c == '-' || c == '.'; };
  return !part.empty() && part.size() <= longest_part && is_word(part.front()) && is_word(part.back()) &&
         std::ranges::all_of(part, may_be_in_id);
}

}  // namespace

std::string_view objection_to(const RepoId& id) {
  if (!is_part(id.owner()) || !is_part(id.name()))
    return translated(
        "each part must have at most 96 letters, digits, '-', '_' or '.', and must not begin or end with '-' or '.'");
  const bool is_ambiguous = id.str().find("--") != std::string::npos || id.str().find("..") != std::string::npos;
  if (is_ambiguous) return translated("an id must not contain '--' or '..': two ids would share a cache folder");
  return id.str().ends_with(".git") ? translated("an id must not end in .git") : "";
}

}  // namespace hubcache::hub::hf_client
