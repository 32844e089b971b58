// Makes a line for sha256sum of any name, and reads it again as sha256sum --check does (coreutils 9.1, src/digest.c).
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <hubcache/report.h>

#include "harness.h"

namespace hubcache::fuzz {
namespace {

/// Models filename_unescape(): nullopt if sha256sum refuses the name.
std::optional<std::string> unescaped(std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      name += text[i];
      continue;
    }
    const char escape = ++i < text.size() ? text[i] : '\0';
    if (escape == 'n') name += '\n';
    else if (escape == 'r') name += '\r';
    else if (escape == '\\') name += '\\';
    else return std::nullopt;
  }
  return name;
}

}  // namespace

void take(std::string_view input) {
  HashedFile file{.path = std::string(input.substr(0, input.find('\0')))};
  file.digests.sha256 = Sha256{};
  file.digests.git = Sha1{};
  const std::string line = to_text(file, {.sha256 = true}), digest(64, '0');
  require(line.ends_with('\n') && std::ranges::count(line, '\n') == 1);
  std::string_view rest(line.data(), line.size() - 1);
  const bool is_escaped = rest.starts_with('\\');
  if (is_escaped) rest.remove_prefix(1);
  require(rest.starts_with(digest + "  "));
  rest.remove_prefix(digest.size() + 2);
  const auto name = is_escaped ? unescaped(rest) : std::string(rest);
  require(name == file.path);
  HashReport report;
  report.kinds = {.git = true, .sha256 = true};
  report.files.push_back(std::move(file));
  static_cast<void>(to_json(report));
}

}  // namespace hubcache::fuzz
