#include "digest/hasher.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

namespace hubcache::digest {
namespace {

/// Returns an algorithm that is fetched only once: otherwise OpenSSL 3 would look it up for each digest.
const EVP_MD* fetch(Algorithm algorithm) {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return algorithm == Algorithm::sha1 ? sha1 : sha256;
}

}  // namespace

void Hasher::Free::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }

Hasher::Hasher(Algorithm algorithm) : algorithm_(fetch(algorithm)), context_(EVP_MD_CTX_new()) { start(); }

// Results are not checked: OpenSSL's built-in algorithms cannot fail for plain bytes.
void Hasher::start() { EVP_DigestInit_ex2(context_.get(), algorithm_, nullptr); }

void Hasher::add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

void Hasher::finish(std::span<unsigned char> digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> whole{};
  EVP_DigestFinal_ex(context_.get(), whole.data(), nullptr);
  std::ranges::copy_n(whole.begin(), static_cast<std::ptrdiff_t>(digest.size()), digest.begin());
}

}  // namespace hubcache::digest
