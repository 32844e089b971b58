// The tokens with which clients of other machines may use the hub.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/result.h>

#include "server/message.h"

namespace hubcache::local_hub {

class Tokens {
 public:
  /// Reads the file: one token a line; empty lines and lines that begin with '#' do not count. ErrorCode::usage if
  /// other users can read it (a file of root's may be readable for its group), or if it has no token or one with blanks
  /// or other than printable ASCII characters.
  static Result<Tokens> load(const std::filesystem::path& file);

  /// Whether the request has one of the tokens, as `Authorization: token …` or `Authorization: Bearer …`, or, if
  /// `takes_passwords`, as the password of `Authorization: Basic …`. Takes the same time for every wrong token.
  bool allow(const server::Request& request, bool takes_passwords) const;
  /// Returns a request's target without the parts of its query that are one of the tokens, or that a hub would take for
  /// one: a client may have put the token there.
  std::string without_tokens(std::string_view target) const;

 private:
  bool has(std::string_view token) const;

  std::vector<Sha256> digests_;
};

}  // namespace hubcache::local_hub
