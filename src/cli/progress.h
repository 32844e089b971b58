// Draws a progress bar on stderr: bytes, rate and time left.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <hubcache/digest.h>

namespace hubcache::cli {

class ProgressBar {
 public:
  /// Shows nothing if stderr is not a terminal or `quiet` is set.
  explicit ProgressBar(bool quiet);
  ProgressBar(const ProgressBar&) = delete;
  /// Erases the bar.
  ~ProgressBar();

  /// Returns the callback to pass to a library call; this object must outlive that call. Empty if nothing is shown.
  std::function<void(const Progress&)> callback();

 private:
  using Clock = std::chrono::steady_clock;
  void show(const Progress& progress);
  const bool is_shown_;
  const Clock::time_point start_ = Clock::now();
  bool is_drawn_ = false;
};

/// Returns the line "[======>    ]  512.0 MiB of 1.0 GiB  1.2 GiB/s  0:07 left", cut to `columns`.
std::string progress_line(const Progress& progress, double seconds, std::size_t columns);

}  // namespace hubcache::cli
