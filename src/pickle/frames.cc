#include "pickle/frames.h"

namespace hubcache::pickle {

void Frames::close() {
  if (start_ == nullptr) return;
  const std::size_t size = content();
  char* const end = end_;
  end_ = start_;
  if (size < 4) {
    std::memmove(start_, start_ + header_size, size);
    end_ += size;
  } else {
    *end_++ = static_cast<char>(Op::frame);
    put_little_endian(size, 8);
    end_ = end;
  }
  start_ = nullptr;
}

void Frames::write(Op op, int length_width, std::string_view data) {
  if (data.size() < target) {
    write(op, data.size(), length_width);
  } else {
    close();
    *end_++ = static_cast<char>(op);
    put_little_endian(data.size(), length_width);
  }
  put(data);
}

}  // namespace hubcache::pickle
