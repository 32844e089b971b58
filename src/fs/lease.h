// Finds out whether a program has a file open for writing (fcntl(2), F_SETLEASE).
#pragma once

namespace hubcache::fs {

/// A lease on an open file. While it is held, a program that opens the file for writing waits until it is given back,
/// up to /proc/sys/fs/lease-break-time (45 s). The file must be open for reading only, and belong to this user.
class Lease {
 public:
  enum class Outcome {
    held,
    refused,    ///< a program has the file open for writing, or has mapped it into its memory for writing
    impossible  ///< the file system has no leases, or the file belongs to another user
  };

  explicit Lease(int file);
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();  ///< gives it back

  Outcome outcome() const { return outcome_; }
  /// Returns true if no program has begun to open the file for writing since.
  bool is_unbroken() const;

 private:
  int file_;
  Outcome outcome_ = Outcome::impossible;
};

}  // namespace hubcache::fs
