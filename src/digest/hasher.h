// Computes a SHA-1 or SHA-256 with OpenSSL, which uses the processor's instructions for them.
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
  /// Starts a new digest. This is cheaper than making another Hasher.
  void start();
  void add(std::string_view bytes);
  /// Returns the digest. Digest: Sha1 or Sha256, as the algorithm.
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
