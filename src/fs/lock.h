// One hubcache at a time on one place: flock on a file beside the record.
//
// Whoever can open the file can hold the lock and so block every command: flock(2) asks for no more, and fcntl's write
// locks, too, are kept out by a read lock, for which a descriptor open for reading is enough. So the file can be opened
// only by those who may write to a folder: mode 0600, with the group's or everybody's bits only where that folder has
// them. flock is also what earlier versions take, which the lock must keep out.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include <hubcache/result.h>

namespace hubcache::fs {

class Lock {
 public:
  /// Does not wait: ErrorCode::conflict if another process holds it. The file's folder must exist; who may write there
  /// may take the lock.
  static Result<Lock> acquire(const std::filesystem::path& file);
  /// The same, for whoever may write to `folder`.
  static Result<Lock> acquire_for(const std::filesystem::path& folder, const std::filesystem::path& file);
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
