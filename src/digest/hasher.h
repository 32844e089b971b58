// One running SHA-1 or SHA-256; OpenSSL's, which uses what the processor has for them.
#pragma once

#include <memory>
#include <string_view>

#include <hubcache/repo.h>
#include <openssl/types.h>

namespace hubcache::digest {

enum class Algorithm { sha1, sha256 };

class Hasher {
 public:
  explicit Hasher(Algorithm algorithm);
  /// Begins anew: cheaper than another Hasher.
  void start();
  void add(std::string_view bytes);
  ObjectId finish();

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const;
  };
  const EVP_MD* algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

}  // namespace hubcache::digest
