// A line of JSON for each request that a hub has answered.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include <hubcache/result.h>

#include "fs/descriptor.h"
#include "server/aside.h"
#include "server/observer.h"

namespace hubcache::local_hub {

/// Returns the request's line. It has no query, no header of the request, and no target of a proxy: tokens and
/// passwords may be there.
std::string access_line(const server::Ended& one);

/// Another thread writes the lines: a slow disk or pipe delays no answer. Lines are lost if more than a mebibyte of
/// them waits, or if writing fails.
class AccessLog {
 public:
  /// Appends to the file, which is made with mode 0640 if it is missing; "-" is stdout.
  static Result<std::unique_ptr<AccessLog>> open(const std::filesystem::path& file);
  ~AccessLog();

  void add(const server::Ended& one);
  /// Opens the file again, after another program has renamed it. If that fails, goes on with the old one.
  Result<void> reopen();
  std::uint64_t lost() const { return lost_; }

 private:
  using File = std::shared_ptr<const fs::Descriptor>;

  AccessLog(std::filesystem::path name, File file) : name_(std::move(name)), file_(std::move(file)) {}
  static Result<File> open_file(const std::filesystem::path& name);
  void write_out();
  bool write_all(int file, std::string lines);
  bool write_pieces(int file, std::string_view lines);

  const std::filesystem::path name_;
  std::mutex mutex_;  ///< guards the next three
  File file_;
  std::string waiting_;  ///< whole lines
  bool is_writing_ = false;
  bool is_broken_ = false;  ///< the file ends in the middle of a line
  std::atomic<std::uint64_t> lost_ = 0;
  std::atomic<bool> is_over_ = false;
  std::optional<server::Aside> aside_{std::in_place, 1};
};

}  // namespace hubcache::local_hub
