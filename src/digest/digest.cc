#include "digest/digest.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

#include <openssl/evp.h>

#include "base/text.h"

namespace hubcache::digest {
namespace {

/// One running digest; OpenSSL's built-in algorithms cannot fail for plain bytes.
class Hasher {
 public:
  explicit Hasher(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), algorithm, nullptr);
  }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    unsigned length = 0;
    EVP_DigestFinal_ex(context_.get(), digest.data(), &length);
    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
      text += digits[digest[i] >> 4];
      text += digits[digest[i] & 15];
    }
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

Error failure(const std::filesystem::path& file) {
  return {ErrorCode::failed, "cannot read " + in_quotes(file.native()) + ": " + std::strerror(errno), ""};
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  Hasher hasher(EVP_sha256());
  hasher.add(bytes);
  return hasher.hex();
}

ObjectId sha1(std::string_view bytes) {
  Hasher hasher(EVP_sha1());
  hasher.add(bytes);
  return *ObjectId::parse(hasher.hex());
}

}  // namespace hubcache::digest

namespace hubcache {

Result<std::string> sha256_of_file(const std::filesystem::path& file) {
  const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return digest::failure(file);
  digest::Hasher hasher(EVP_sha256());
  std::vector<char> buffer(1 << 20);
  ssize_t got;
  while ((got = read(descriptor, buffer.data(), buffer.size())) != 0) {
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) break;
    hasher.add({buffer.data(), static_cast<std::size_t>(got)});
  }
  const Error error = digest::failure(file);
  close(descriptor);
  if (got < 0) return error;
  return hasher.hex();
}

}  // namespace hubcache
