// The names in one folder, read at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace hubcache::fs {

class Listing {
 public:
  struct Entry {
    std::uint32_t offset = 0;
    std::uint16_t length = 0;
    unsigned char type = 0;  ///< DT_REG … as the file system gives it, DT_UNKNOWN where it does not
  };

  /// Reads the open folder, without "." and ".."; stops once it has more than `limit` names. 0, or an errno value.
  int read(int folder, std::size_t limit);

  const std::vector<Entry>& entries() const { return entries_; }
  const char* name(const Entry& entry) const { return names_.data() + entry.offset; }  ///< NUL-terminated

 private:
  void take(const char* chunk, std::size_t size);
  std::string names_;
  std::vector<Entry> entries_;
};

}  // namespace hubcache::fs
