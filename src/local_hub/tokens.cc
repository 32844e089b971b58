#include "local_hub/tokens.h"

#include <algorithm>

#include <openssl/crypto.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "fs/source.h"

namespace hubcache::local_hub {
namespace {

constexpr std::uint64_t most_bytes_of_tokens = 1 << 20;

bool is_printable(std::string_view token) {
  return std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; });
}

/// Returns the token in the value of an Authorization header; "" if there is none.
std::string_view token_in(std::string_view value) {
  for (const std::string_view scheme : {"Bearer ", "token "}) {
    if (value.size() > scheme.size() && server::same_word(value.substr(0, scheme.size()), scheme))
      return stripped(value.substr(scheme.size()));
  }
  return "";
}

}  // namespace

Result<Tokens> Tokens::load(const std::filesystem::path& file) {
  const fs::Source source = TRY(fs::open_source(file));
  const bool is_ours = source.status.st_uid == geteuid() || source.status.st_uid == 0;
  if ((source.status.st_mode & 077) != 0 || !is_ours)
    return Error{ErrorCode::usage, say("{} may be read or changed by other users", in_quotes(file.native())),
                 say("run: chmod 600 {}", shell_word(file.native()))};
  const std::string text = TRY(fs::read_source(source, file, most_bytes_of_tokens));
  Tokens tokens;
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = stripped(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.empty() || line.starts_with('#')) continue;
    if (!is_printable(line)) {
      return Error{ErrorCode::usage, say("{} has a line that is not a token", in_quotes(file.native())),
                   say("write one token a line")};
    }
    tokens.digests_.push_back(digest::sha256(line));
  }
  if (tokens.digests_.empty())
    return Error{ErrorCode::usage, say("{} has no token", in_quotes(file.native())), say("write one token a line")};
  return tokens;
}

bool Tokens::allow(const server::Request& request) const {
  const std::string_view token = token_in(request.header("Authorization"));
  const Sha256 digest = digest::sha256(token);
  bool is_known = false;
  for (const Sha256& known : digests_)
    is_known = (CRYPTO_memcmp(known.bytes.data(), digest.bytes.data(), digest.bytes.size()) == 0) || is_known;
  return is_known && !token.empty();
}

}  // namespace hubcache::local_hub
