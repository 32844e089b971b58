// A progress bar on stderr: bytes, rate and time left.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include <hubcache/digest.h>

namespace hubcache::cli {

class ProgressBar {
 public:
  /// Shows nothing where stderr is no terminal, or where it is to be quiet.
  explicit ProgressBar(bool quiet);
  ProgressBar(const ProgressBar&) = delete;
  /// Wipes the bar off.
  ~ProgressBar();

  /// For a library call, during which this object stands. Empty where nothing is shown.
  std::function<void(const Progress&)> callback();

 private:
  using Clock = std::chrono::steady_clock;
  void show(const Progress& progress);
  const bool is_shown_;
  const Clock::time_point start_ = Clock::now();
  bool is_drawn_ = false;
};

/// "[======>    ]  512.0 MiB of 1.0 GiB  1.2 GiB/s  0:07 left", cut to `columns`.
std::string progress_line(const Progress& progress, double seconds, std::size_t columns);

}  // namespace hubcache::cli
