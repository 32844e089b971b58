// Reads the bytes of a pickle from front to back, never past their end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hubcache::pickle {

/// Every step returns false and consumes nothing if the bytes, or the frame in which the step begins, end too early.
/// CPython's C unpickler, when it reads from a file, reads a whole frame and loses the rest of the frame if a step
/// crosses its end (_Unpickler_ReadImpl); no pickler writes such pickles. The C unpickler ignores a frame within a
/// frame.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}

  std::size_t position() const { return position_; }
  /// Returns how many bytes the next step can take.
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

  /// Reads an unsigned little-endian number of 1 to 8 bytes.
  bool number(int width, std::uint64_t& value) {
    std::string_view taken;
    if (!take(static_cast<std::uint64_t>(width), taken)) return false;
    value = 0;
    for (std::size_t i = taken.size(); i-- > 0;) value = (value << 8) | static_cast<unsigned char>(taken[i]);
    return true;
  }

  /// Reads up to the next newline. Consumes the newline, but does not return it.
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
