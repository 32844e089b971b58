#include "hubs/aistudio/dialect_request.h"

#include <algorithm>
#include <charconv>

#include "hubs/aistudio/gitea_quoting.h"

namespace hubcache::hub::gitea {

std::uint64_t number_of(const server::RequestTarget& target, std::string_view name, std::uint64_t most,
                        std::uint64_t otherwise) {
  const std::string text = target.asked(name);
  std::uint64_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = failure == std::errc() && stop == text.data() + text.size();
  return is_number && value > 0 ? std::min(value, most) : otherwise;
}

std::string token_of(const server::Request& request) {
  const auto text = request.header("Authorization");
  return text.starts_with("token ") ? std::string(text.substr(6)) : "";
}

std::optional<std::string> rest_of(const server::RequestTarget& target, std::size_t from) {
  std::string rest;
  for (std::size_t i = from; i < target.parts.size(); ++i) {
    const auto part = server::unescaped(target.parts[i]);
    if (!part) return std::nullopt;
    rest += (i > from ? "/" : "") + *part;
  }
  while (rest.ends_with('/')) rest.pop_back();
  return rest;
}

/// Distinguishes a request for `p%2Fq` from a request for `p/q`, although a server decodes both to the same name: the
/// SDK sends the first one with an escape, and the second one without. If the name contains a '#', the SDK sends only
/// the part before it, and no query.
std::optional<std::size_t> revision_unquoted(const CatalogRepo& repo, const server::RequestTarget& target) {
  const std::size_t from = target.parts[5] == "tags" ? 6 : 7;
  const auto sent = rest_of(target, from);
  const bool has_escape = std::any_of(target.parts.begin() + static_cast<std::ptrdiff_t>(from), target.parts.end(),
                                      [](std::string_view part) { return part.find('%') != part.npos; });
  for (std::size_t i = 0; i < repo.revisions.size(); ++i) {
    const std::string& name = repo.revisions[i].name;
    const auto read = read_unquoted(name);
    const bool is_meant = read.loses_query ? target.query.empty() : has_escape;
    if (read.name != name && sent == read.name && is_meant) return i;
  }
  return std::nullopt;
}

}  // namespace hubcache::hub::gitea
