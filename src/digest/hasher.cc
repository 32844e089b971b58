#include "digest/hasher.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <openssl/evp.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace hubcache::digest {
namespace {

/// Returns an algorithm that is fetched only once: otherwise OpenSSL 3 would look it up for each digest.
const EVP_MD* fetch(Algorithm algorithm) {
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (algorithm == Algorithm::xxh3) return nullptr;
  return algorithm == Algorithm::sha1 ? sha1 : sha256;
}

}  // namespace

struct Hasher::Xxh3State {
  XXH3_state_t state;
};

void Hasher::Free::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
void Hasher::Free::operator()(Xxh3State* state) const { std::default_delete<Xxh3State>()(state); }

Hasher::Hasher(Algorithm algorithm) : algorithm_(fetch(algorithm)) {
  if (algorithm_) context_.reset(EVP_MD_CTX_new());
  else xxh3_.reset(std::make_unique<Xxh3State>().release());
  start();
}

// Results are not checked: OpenSSL's built-in algorithms and XXH3 cannot fail for plain bytes.
void Hasher::start() {
  if (algorithm_) EVP_DigestInit_ex2(context_.get(), algorithm_, nullptr);
  else XXH3_128bits_reset(&xxh3_->state);
}

void Hasher::add(std::string_view bytes) {
  if (algorithm_) EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size());
  else XXH3_128bits_update(&xxh3_->state, bytes.data(), bytes.size());
}

void Hasher::finish(std::span<unsigned char> digest) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> whole{};
  if (algorithm_) {
    EVP_DigestFinal_ex(context_.get(), whole.data(), nullptr);
  } else {
    XXH128_canonical_t canonical;
    XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(&xxh3_->state));
    std::memcpy(whole.data(), canonical.digest, sizeof canonical.digest);
  }
  std::ranges::copy_n(whole.begin(), static_cast<std::ptrdiff_t>(digest.size()), digest.begin());
}

}  // namespace hubcache::digest
