#include "digest/digest.h"

#include <fmt/format.h>

#include "digest/hasher.h"

namespace hubcache::digest {
namespace {

template <class Digest>
Digest digest(Algorithm algorithm, std::string_view bytes) {
  Hasher hasher(algorithm);
  hasher.add(bytes);
  return hasher.finish<Digest>();
}

}  // namespace

Sha1 sha1(std::string_view bytes) { return digest<Sha1>(Algorithm::sha1, bytes); }

Sha256 sha256(std::string_view bytes) { return digest<Sha256>(Algorithm::sha256, bytes); }

std::string sha256_hex(std::string_view bytes) { return std::string(sha256(bytes).id().str()); }

std::string blob_header(std::uint64_t size) { return fmt::format("blob {}", size) + '\0'; }

Sha1 lfs_pointer_id(const Sha256& sha256, std::uint64_t size) {
  // git-lfs 3.3: an empty file is its own pointer (lfs/pointer.go, Pointer.Encoded).
  const std::string text = size == 0
                               ? ""
                               : fmt::format("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n",
                                             sha256.id().str(), size);
  return sha1(blob_header(text.size()) + text);
}

}  // namespace hubcache::digest
