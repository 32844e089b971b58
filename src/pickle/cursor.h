// The bytes of a pickle, read front to back and never past their end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubcache::pickle {

/// Every step is false where the bytes, or the frame that it begins in, end too early; nothing is consumed then.
/// CPython's C unpickler, reading from a file, takes a frame as a whole and loses the rest of it when a step crosses
/// its end (_Unpickler_ReadImpl); no pickler writes that. A frame within a frame has no meaning of its own to it.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  /// How many bytes there are to take from.
  std::size_t left() const { return (position_ < frame_end_ ? frame_end_ : bytes_.size()) - position_; }

  bool enter_frame(std::uint64_t size) {
    if (size > left()) return false;
    if (position_ >= frame_end_) frame_end_ = position_ + size;
    return true;
  }

  bool take(std::uint64_t size, std::string_view& taken) {
    if (size > left()) return false;
    taken = bytes_.substr(position_, size);
    position_ += size;
    return true;
  }

  /// An unsigned little-endian number of 1 to 8 bytes.
  bool number(int width, std::uint64_t& value) {
    std::string_view taken;
    if (!take(static_cast<std::uint64_t>(width), taken)) return false;
    value = 0;
    for (std::size_t i = taken.size(); i-- > 0;) value = (value << 8) | static_cast<unsigned char>(taken[i]);
    return true;
  }

  /// Up to the next newline, which is consumed and left out.
  bool line(std::string_view& taken) {
    const auto rest = bytes_.substr(position_, left());
    const auto length = rest.find('\n');
    if (length == std::string_view::npos) return false;
    taken = rest.substr(0, length);
    position_ += length + 1;
    return true;
  }

 private:
  std::string_view bytes_;
  std::size_t position_ = 0;
  std::size_t frame_end_ = 0;
};

}  // namespace hubcache::pickle
