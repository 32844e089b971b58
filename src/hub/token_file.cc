#include "hub/token_file.h"

#include <algorithm>
#include <cstdint>

#include "base/language.h"
#include "fs/file.h"

namespace hubcache::hub {
namespace {

constexpr std::uint64_t max_token_bytes = 64 << 10;

}  // namespace

std::string stripped(std::string_view text) {
  static constexpr std::string_view blanks = " \t\n\v\f\r\x1c\x1d\x1e\x1f";
  const auto start = std::min(text.find_first_not_of(blanks), text.size());
  return std::string(text.substr(start, text.find_last_not_of(blanks) + 1 - start));
}

/// If a parent folder may not be entered, there is no token: the client's os.path.exists returns False.
Result<std::string> token_in(const std::filesystem::path& file, std::string_view client, std::string_view variable) {
  const auto status = fs::status_of_target(file);
  if (!status || status->kind == fs::Kind::missing) return std::string();
  auto text = fs::read_file(file, max_token_bytes);
  if (text) return stripped(*text);
  return Error{ErrorCode::hub, say("cannot read the access token: {}", text.error().message),
               say("{} fails, too: fix the file, or set {}", client, variable)};
}

}  // namespace hubcache::hub
