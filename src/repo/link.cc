#include <array>
#include <utility>

#include <hubcache/link.h>

#include "base/language.h"
#include "base/text.h"

namespace hubcache {
namespace {

constexpr std::array<std::pair<LinkKind, std::string_view>, 5> kinds = {{
    {LinkKind::symlink, marked("symlink")},
    {LinkKind::hardlink, marked("hardlink")},
    {LinkKind::reflink, marked("reflink")},
    {LinkKind::copy, marked("copy")},
    {LinkKind::in_place, marked("in place")},
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
  return Error{ErrorCode::usage, say("invalid --link value: {}", in_quotes(text)),
               say("use auto, symlink, hardlink, reflink or copy")};
}

}  // namespace hubcache
