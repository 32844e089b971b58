#include "local_hub/tokens.h"

#include <algorithm>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include "base/ascii.h"
#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "digest/digest.h"
#include "fs/source.h"
#include "server/request_target.h"

namespace hubcache::local_hub {
namespace {

constexpr std::uint64_t most_bytes_of_tokens = 1 << 20;
constexpr std::size_t most_bytes_of_password = 8 << 10;

bool is_printable(std::string_view token) {
  return std::ranges::all_of(token, [](char c) { return c > ' ' && c < 0x7F; });
}

/// Returns what follows the scheme in the value of an Authorization header; "" for another scheme.
std::string_view after(std::string_view scheme, std::string_view value) {
  const bool has_scheme = value.size() > scheme.size() && server::same_word(value.substr(0, scheme.size()), scheme);
  return has_scheme ? stripped(value.substr(scheme.size())) : "";
}

/// Returns the password in the base64 text of "user:password"; "" if there is none.
std::string password_in(std::string_view encoded) {
  if (encoded.empty() || encoded.size() % 4 != 0 || encoded.size() > most_bytes_of_password) return "";
  std::string text(encoded.size() / 4 * 3, '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(encoded.data()), static_cast<int>(encoded.size()));
  if (size < 0) return "";
  const auto padding = encoded.size() - std::min(encoded.find_last_not_of('=') + 1, encoded.size());
  text.resize(static_cast<std::size_t>(size) - std::min<std::size_t>(padding, 2));
  const auto colon = text.find(':');
  return colon == text.npos ? "" : text.substr(colon + 1);
}

std::string token_in(std::string_view value, bool takes_passwords) {
  for (const std::string_view scheme : {"Bearer ", "token "}) {
    if (const auto token = after(scheme, value); !token.empty()) return std::string(token);
  }
  return takes_passwords ? password_in(after("Basic ", value)) : "";
}

}  // namespace

Result<Tokens> Tokens::load(const std::filesystem::path& file) {
  const fs::Source source = TRY(fs::open_source(file));
  // Root may let a group read it: so Kubernetes gives the file of a Secret to a container that does not run as root.
  const bool is_roots = source.status.st_uid == 0, is_ours = source.status.st_uid == geteuid() || is_roots;
  if ((source.status.st_mode & (is_roots ? 037 : 077)) != 0 || !is_ours)
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

bool Tokens::allow(const server::Request& request, bool takes_passwords) const {
  return has(token_in(request.header("Authorization"), takes_passwords));
}

std::string Tokens::without_tokens(std::string_view target) const {
  const auto question = target.find('?');
  if (question == target.npos) return std::string(target);
  std::string kept(target.substr(0, question));
  char separator = '?';
  for (std::string_view rest = target.substr(question + 1); !rest.empty();) {
    const auto end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = server::unescaped(pair.substr(0, equals)),
               value = server::unescaped(pair.substr(std::min(equals + 1, pair.size())));
    const bool is_secret = !name || !value || in_lower_case(*name).ends_with("token") || has(*value) || has(*name);
    if (is_secret) continue;
    kept += std::exchange(separator, '&');
    kept += pair;
  }
  return kept;
}

bool Tokens::has(std::string_view token) const {
  const Sha256 digest = digest::sha256(token);
  bool is_known = false;
  for (const Sha256& known : digests_)
    is_known = (CRYPTO_memcmp(known.bytes.data(), digest.bytes.data(), digest.bytes.size()) == 0) || is_known;
  return is_known && !token.empty();
}

}  // namespace hubcache::local_hub
