#include "digest/hasher.h"

#include <array>

#include <openssl/evp.h>

namespace hubcache::digest {
namespace {

/// Fetched once: OpenSSL 3 would look the algorithm up again for each digest.
const EVP_MD* fetch(Algorithm algorithm) {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm == Algorithm::sha1 ? sha1 : sha256;
}

}  // namespace

void Hasher::Free::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }

Hasher::Hasher(Algorithm algorithm) : algorithm_(fetch(algorithm)), context_(EVP_MD_CTX_new()) { start(); }

// OpenSSL's built-in algorithms cannot fail for plain bytes.
void Hasher::start() { EVP_DigestInit_ex2(context_.get(), algorithm_, nullptr); }

void Hasher::add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

ObjectId Hasher::finish() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned length = 0;
  EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
  return ObjectId::of_bytes({reinterpret_cast<const char*>(digest.data()), length});
}

}  // namespace hubcache::digest
