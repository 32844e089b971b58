// Lets only one hubcache process work on a place at a time: flock on a file beside the record.
//
// Any user who can open the file can hold the lock and so block every command: flock(2) requires nothing else, and
// fcntl's write locks are blocked by a read lock, which requires only a descriptor open for reading. So only users who
// may write to a folder can open the file: mode 0600, plus the group's or everybody's bits only if the folder has them.
// Earlier versions also use flock, and the lock must exclude them.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include <hubcache/result.h>

#include "fs/descriptor.h"
#include "fs/root.h"

namespace hubcache::fs {

class Lock {
 public:
  /// Does not wait: ErrorCode::conflict if another process holds the lock. The file's folder must exist; users who may
  /// write to that folder may take the lock.
  static Result<Lock> acquire(const std::filesystem::path& file);
  /// Like acquire(file), but users who may write to `folder` may take the lock.
  static Result<Lock> acquire_for(const std::filesystem::path& folder, const std::filesystem::path& file);
  /// Waits up to `patience`: for locks that other processes hold only for moments.
  static Result<Lock> acquire(const std::filesystem::path& file, std::chrono::milliseconds patience);
  Lock(Lock&& other) noexcept;
  Lock& operator=(Lock&& other) noexcept;
  ~Lock();  ///< releases; the file stays
  /// Removes the file while the lock is held, so that its folder can be removed too.
  Result<void> remove_file();

 private:
  Lock(int descriptor, std::filesystem::path file);
  int descriptor_ = -1;
  std::filesystem::path file_;
};

/// Returns true if a process holds a lock by flock on the file. False if the file cannot be opened.
bool is_locked(const Name& file);

/// Takes a lock by flock as clients do: makes the file, which all users may open, if it is missing. Does not wait:
/// nullopt if another process holds the lock, or if the file cannot be opened.
std::optional<Descriptor> take_client_lock(const Name& file);

}  // namespace hubcache::fs
