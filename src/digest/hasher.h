// Computes a SHA-1 or SHA-256 with OpenSSL, which uses the processor's instructions for them, or an XXH3.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include <hubcache/digest.h>
#include <openssl/types.h>

namespace hubcache::digest {

enum class Algorithm { sha1, sha256, xxh3 };

class Hasher {
 public:
  explicit Hasher(Algorithm algorithm);
  /// Starts a new digest. This is cheaper than making another Hasher.
  void start();
  void add(std::string_view bytes);
  /// Returns the digest. Digest: Sha1, Sha256 or Xxh3, as the algorithm.
  template <class Digest>
  Digest finish() {
    Digest digest;
    finish(digest.bytes);
    return digest;
  }

 private:
  struct Xxh3State;
  void finish(std::span<unsigned char> digest);
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
    void operator()(Xxh3State* state) const;
  };
  const EVP_MD* algorithm_;  ///< nullptr for XXH3
  std::unique_ptr<EVP_MD_CTX, Free> context_;
  std::unique_ptr<Xxh3State, Free> xxh3_;
};

}  // namespace hubcache::digest
