// HMAC with SHA-256 and a key that signs many texts.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>

#include <hubcache/digest.h>
#include <openssl/types.h>

namespace hubcache::digest {

/// Hashes its key only once. Thread-safe.
class HmacSha256 {
 public:
  explicit HmacSha256(std::string_view key);
  /// Returns the HMAC of the text that the parts form.
  Sha256 operator()(std::initializer_list<std::string_view> parts) const;

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  std::unique_ptr<EVP_MD_CTX, Free> inner_, outer_;  ///< after the key
};

}  // namespace hubcache::digest
