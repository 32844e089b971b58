#include <array>
#include <utility>

#include <hubcache/link.h>

#include "base/text.h"

namespace hubcache {
namespace {

constexpr std::array<std::pair<LinkKind, std::string_view>, 5> kinds = {{
    {LinkKind::symlink, "symlink"},
    {LinkKind::hardlink, "hardlink"},
    {LinkKind::reflink, "reflink"},
    {LinkKind::copy, "copy"},
    {LinkKind::in_place, "in place"},
}};

}  // namespace

std::string_view name_of(LinkKind kind) {
  for (const auto& [value, name] : kinds) {
    if (value == kind) return name;
  }
  return "";
}

Result<LinkKind> parse_link_kind(std::string_view text) {
  for (const auto& [kind, name] : kinds) {
    if (name == text && kind != LinkKind::in_place) return kind;
  }
  return Error{ErrorCode::usage, "invalid --link value: " + in_quotes(text),
               "use auto, symlink, hardlink, reflink or copy"};
}

}  // namespace hubcache
