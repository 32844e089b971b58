// One running SHA-1 or SHA-256; OpenSSL's, which uses what the processor has for them.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <hubcache/digest.h>
#include <openssl/types.h>

namespace hubcache::digest {

enum class Algorithm { sha1, sha256 };

class Hasher {
 public:
  explicit Hasher(Algorithm algorithm);
  /// Begins anew: cheaper than another Hasher.
  void start();
  void add(std::string_view bytes);
  /// As Sha1 or Sha256, whichever it is.
  template <class Digest>
  Digest finish() {
    Digest digest;
    finish(digest.bytes);
    return digest;
  }

 private:
  void finish(std::span<unsigned char> digest);
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  const EVP_MD* algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace hubcache::digest
