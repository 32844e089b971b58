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
    unsigned char type = 0;  ///< DT_REG … from the file system; DT_UNKNOWN if it does not report types
  };

  /// Reads the names of the open folder except "." and ".."; stops after more than `limit` names. Returns 0 or an errno
  /// value.
  int read(int folder, std::size_t limit);

  const std::vector<Entry>& entries() const { return entries_; }
  const char* name(const Entry& entry) const { return names_.data() + entry.offset; }  ///< NUL-terminated

 private:
  void take(const char* chunk, std::size_t size);
  std::string names_;
  std::vector<Entry> entries_;
};

}  // namespace hubcache::fs
