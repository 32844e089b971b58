#include "digest/hmac.h"

#include <algorithm>
#include <array>

#include <openssl/evp.h>

#include "digest/digest.h"

namespace hubcache::digest {
namespace {

constexpr std::size_t block = 64;

/// Starts a digest with the key, padded to a block, in which each byte is changed by `pad`.
void start(EVP_MD_CTX* context, std::string_view key, unsigned char pad) {
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  std::array<unsigned char, block> bytes{};
  std::ranges::copy(key, bytes.begin());
  for (unsigned char& byte : bytes) byte ^= pad;
  EVP_DigestInit_ex2(context, sha256, nullptr);
  EVP_DigestUpdate(context, bytes.data(), bytes.size());
}

void finish(const EVP_MD_CTX* begun, std::initializer_list<std::string_view> parts, Sha256& digest) {
  thread_local const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                                     &EVP_MD_CTX_free);
  EVP_MD_CTX_copy_ex(context.get(), begun);
  for (const std::string_view part : parts) EVP_DigestUpdate(context.get(), part.data(), part.size());
  EVP_DigestFinal_ex(context.get(), digest.bytes.data(), nullptr);
}

std::string_view bytes_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

}  // namespace

void HmacSha256::Free::operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }

HmacSha256::HmacSha256(std::string_view key) : inner_(EVP_MD_CTX_new()), outer_(EVP_MD_CTX_new()) {
  Sha256 digest;
  if (key.size() > block) {
    digest = sha256(key);
    key = bytes_of(digest);
  }
  start(inner_.get(), key, 0x36);
  start(outer_.get(), key, 0x5C);
}

Sha256 HmacSha256::operator()(std::initializer_list<std::string_view> parts) const {
  Sha256 inner, outer;
  finish(inner_.get(), parts, inner);
  finish(outer_.get(), {bytes_of(inner)}, outer);
  return outer;
}

}  // namespace hubcache::digest
