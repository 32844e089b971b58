// Writes the frames of protocol 4. The writer chooses where a frame ends; this code ends frames where CPython's C
// pickler does (Modules/_pickle.c: _Pickler_Write, _Pickler_OpcodeBoundary, _Pickler_CommitFrame,
// _Pickler_write_bytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "pickle/opcode.h"

namespace hubcache::pickle {

class Frames {
 public:
  static constexpr std::size_t target = 64 * 1024;
  static constexpr std::size_t header_size = 9;

  /// `out` must have room for everything that is written, and for a header before each object.
  explicit Frames(char* out) : end_(out) {}

  /// Writes an opcode. Opens a frame if none is open.
  void write(Op op) {
    if (start_ == nullptr) open();
    *end_++ = static_cast<char>(op);
  }
  /// Writes an opcode and its number, little-endian.
  void write(Op op, std::uint64_t number, int width) {
    write(op);
    put_little_endian(number, width);
  }
  /// Writes an opcode, the length of its data, and the data. If the data has `target` bytes or more, writes all of it
  /// between two frames.
  void write(Op op, int length_width, std::string_view data);
  /// Closes a frame that has reached the target. Call it before each object.
  void boundary() {
    if (start_ != nullptr && content() >= target) close();
  }
  /// Writes the frame's length into its header; a frame of less than 4 bytes loses the header.
  void close();
  /// Returns the end of the written bytes.
  const char* end() const { return end_; }

 private:
  void put(std::string_view bytes) {
    std::memcpy(end_, bytes.data(), bytes.size());
    end_ += bytes.size();
  }
  void put_little_endian(std::uint64_t number, int width) {
    for (int i = 0; i < width; ++i) *end_++ = static_cast<char>(number >> (8 * i));
  }
  void open() {
    start_ = end_;
    end_ += header_size;
  }
  std::size_t content() const { return static_cast<std::size_t>(end_ - start_) - header_size; }

  char* end_;
  char* start_ = nullptr;  ///< start of the open frame
};

}  // namespace hubcache::pickle
