// The tokens with which clients of other machines may use the hub.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include <hubcache/digest.h>
#include <hubcache/result.h>

#include "server/message.h"

namespace hubcache::local_hub {

class Tokens {
 public:
  /// Reads the file: one token a line; empty lines and lines that begin with '#' do not count. ErrorCode::usage if
  /// other users can read it, or if it has no token or one with blanks or other than printable ASCII characters.
  static Result<Tokens> load(const std::filesystem::path& file);

  /// Whether the request has one of the tokens, as `Authorization: token …` or `Authorization: Bearer …`. Takes the
  /// same time for every wrong token.
  bool allow(const server::Request& request) const;

 private:
  std::vector<Sha256> digests_;
};

}  // namespace hubcache::local_hub
