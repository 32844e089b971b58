#include "cli/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/language.h"
#include "base/text.h"
#include "cli/terminal.h"

namespace hubcache::cli {
namespace {

constexpr std::chrono::milliseconds worth_showing{500};
constexpr std::size_t bar_width = 24;

std::string bar(double share) {
  const auto done = static_cast<std::size_t>(share * static_cast<double>(bar_width));
  std::string text(bar_width, ' ');
  std::fill_n(text.begin(), done, '=');
  if (done < bar_width) text[done] = '>';
  return "[" + text + "]";
}

/// Formats a duration: "0:07", "12:03", "1:02:03".
std::string clock_time(double seconds) {
  const auto whole = static_cast<std::uint64_t>(seconds);
  const std::string end = fmt::format("{:02}:{:02}", whole / 60 % 60, whole % 60);
  if (whole >= 3600) return fmt::format("{}:{}", whole / 3600, end);
  return end.starts_with('0') ? end.substr(1) : end;
}

}  // namespace

ProgressBar::ProgressBar(bool quiet) : is_shown_(!quiet && isatty(STDERR_FILENO)) {}

ProgressBar::~ProgressBar() {
  if (is_drawn_) std::fputs("\r\033[K", stderr);
}

std::function<void(const Progress&)> ProgressBar::callback() {
  if (!is_shown_) return {};
  return [this](const Progress& progress) { show(progress); };
}

void ProgressBar::show(const Progress& progress) {
  const auto elapsed = Clock::now() - start_;
  if (elapsed < worth_showing) return;
  const std::string line =
      progress_line(progress, std::chrono::duration<double>(elapsed).count(), terminal_width(STDERR_FILENO) - 1);
  std::fprintf(stderr, "\r%s\033[K", line.c_str());
  is_drawn_ = true;
}

std::string progress_line(const Progress& progress, double seconds, std::size_t columns) {
  const auto done = static_cast<double>(progress.bytes), all = static_cast<double>(progress.all_bytes);
  const double share = progress.all_bytes > 0 ? std::min(done / all, 1.0) : 1.0;
  const double rate = done / seconds;
  std::string line = say("{} {} of {}  {}/s", bar(share), human_size(progress.bytes), human_size(progress.all_bytes),
                         human_size(static_cast<std::uint64_t>(rate)));
  if (rate > 0) line += say("  {} left", clock_time((all - done) / rate));
  return line.substr(0, columns);
}

}  // namespace hubcache::cli
