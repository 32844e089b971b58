#include "digest/digest.h"

#include <fmt/format.h>

#include "digest/hasher.h"

namespace hubcache::digest {
namespace {

ObjectId digest(Algorithm algorithm, std::string_view bytes) {
  Hasher hasher(algorithm);
  hasher.add(bytes);
  return hasher.finish();
}

}  // namespace

std::string sha256_hex(std::string_view bytes) { return std::string(digest(Algorithm::sha256, bytes).str()); }

ObjectId sha1(std::string_view bytes) { return digest(Algorithm::sha1, bytes); }

std::string blob_header(std::uint64_t size) { return fmt::format("blob {}", size) + '\0'; }

ObjectId lfs_pointer_id(const ObjectId& sha256, std::uint64_t size) {
  // git-lfs 3.3: an empty file is its own pointer (lfs/pointer.go, Pointer.Encoded).
  const std::string text =
      size == 0 ? "" : fmt::format("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n", sha256.str(), size);
  return sha1(blob_header(text.size()) + text);
}

}  // namespace hubcache::digest
