#include "pickle/frames.h"

namespace hubcache::pickle {

void Frames::open() {
  start_ = out_.size();
  out_.append(header_size, '\0');
}

void Frames::close() {
  if (start_ == closed) return;
  if (content() < 4) {
    out_.erase(start_, header_size);
  } else {
    std::string header(1, static_cast<char>(Op::frame));
    append_little_endian(header, content(), 8);
    out_.replace(start_, header_size, header);
  }
  start_ = closed;
}

void Frames::write(Op op, int length_width, std::string_view data) {
  if (data.size() < target) {
    write(op, data.size(), length_width);
  } else {
    close();
    out_ += static_cast<char>(op);
    append_little_endian(out_, data.size(), length_width);
  }
  out_ += data;
}

}  // namespace hubcache::pickle
