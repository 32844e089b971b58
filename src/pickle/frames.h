// Protocol 4 cuts its opcodes into frames. Where it cuts is the writer's choice; this is the one of CPython's C pickler
// (Modules/_pickle.c: _Pickler_Write, _Pickler_OpcodeBoundary, _Pickler_CommitFrame, _Pickler_write_bytes).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "pickle/opcode.h"

namespace hubcache::pickle {

class Frames {
 public:
  static constexpr std::size_t target = 64 * 1024;

  explicit Frames(std::string& out) : out_(out) {}

  /// Adds to the open frame, or opens one.
  void write(Op op) {
    if (start_ == closed) open();
    out_ += static_cast<char>(op);
  }
  /// An opcode with its number, little-endian.
  void write(Op op, std::uint64_t number, int width) {
    write(op);
    append_little_endian(out_, number, width);
  }
  /// An opcode with the length of its data, and the data; from `target` bytes of data on all of it between two frames.
  void write(Op op, int length_width, std::string_view data);
  /// Called before each object: closes a frame that has reached the target.
  void boundary() {
    if (start_ != closed && content() >= target) close();
  }
  /// Writes the frame's length into its header; a frame of less than 4 bytes loses the header.
  void close();

 private:
  static constexpr std::size_t closed = std::string::npos;
  static constexpr std::size_t header_size = 9;

  static void append_little_endian(std::string& out, std::uint64_t number, int width) {
    for (int i = 0; i < width; ++i) out += static_cast<char>(number >> (8 * i));
  }
  void open();
  std::size_t content() const { return out_.size() - start_ - header_size; }

  std::string& out_;
  std::size_t start_ = closed;
};

}  // namespace hubcache::pickle
