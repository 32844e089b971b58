#include "published/compression.h"

#include <algorithm>

#include <zlib.h>

namespace hubcache::published {

std::optional<std::string> deflated(std::string_view bytes) {
  uLongf size = compressBound(bytes.size());
  std::string result(size, '\0');
  const int failed = compress(reinterpret_cast<Bytef*>(result.data()), &size,
                              reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  if (failed != Z_OK) return std::nullopt;
  result.resize(size);
  return result;
}

std::optional<std::string> inflated(std::string_view bytes, std::uint64_t most) {
  constexpr std::size_t piece = 64 * 1024;
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return std::nullopt;
  stream.next_in =
      reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT(*-const-cast): zlib does not write to it
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string result;
  int state = Z_OK;
  while (state == Z_OK && result.size() <= most) {
    const std::size_t have = result.size();
    result.resize(have + piece);
    stream.next_out = reinterpret_cast<Bytef*>(result.data() + have);
    stream.avail_out = piece;
    state = inflate(&stream, Z_NO_FLUSH);
    result.resize(have + piece - stream.avail_out);
    if (state == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) state = Z_BUF_ERROR;  // it has no end
  }
  const bool is_whole = state == Z_STREAM_END && stream.avail_in == 0 && result.size() <= most;
  inflateEnd(&stream);
  return is_whole ? std::optional(std::move(result)) : std::nullopt;
}

}  // namespace hubcache::published
