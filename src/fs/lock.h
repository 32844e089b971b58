// One hubcache at a time on one place: flock on a file beside the record.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include <hubcache/result.h>

namespace hubcache::fs {

class Lock {
 public:
  /// Does not wait: ErrorCode::conflict if another process holds it. The file's folder must exist.
  static Result<Lock> acquire(const std::filesystem::path& file);
  /// Waits for as long: for what another process holds for moments only.
  static Result<Lock> acquire(const std::filesystem::path& file, std::chrono::milliseconds patience);
  Lock(Lock&& other) noexcept;
  Lock& operator=(Lock&& other) noexcept;
  ~Lock();  ///< releases; the file stays
  /// Removes the file while it is held, so that its folder can go too.
  Result<void> remove_file();

 private:
  Lock(int descriptor, std::filesystem::path file);
  int descriptor_ = -1;
  std::filesystem::path file_;
};

}  // namespace hubcache::fs
