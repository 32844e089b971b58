#include "published/compression.h"

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

bool inflate_pieces(std::string_view bytes, std::uint64_t most, const std::function<bool(std::string_view)>& take) {
  z_stream stream{};
  if (inflateInit(&stream) != Z_OK) return false;
  stream.next_in =
      reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));  // NOLINT(*-const-cast): zlib does not write to it
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string piece(64 * 1024, '\0');
  std::uint64_t sum = 0;
  int state = Z_OK;
  bool goes_on = true;
  while (state == Z_OK && sum <= most && goes_on) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) break;
    const std::size_t size = piece.size() - stream.avail_out;
    sum += size;
    goes_on = take({piece.data(), size});
    if (state == Z_OK && stream.avail_in == 0 && stream.avail_out > 0) break;  // the stream lacks its end
  }
  const bool is_whole = goes_on && state == Z_STREAM_END && stream.avail_in == 0 && sum <= most;
  inflateEnd(&stream);
  return is_whole;
}

}  // namespace hubcache::published
