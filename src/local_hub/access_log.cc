#include "local_hub/access_log.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/language.h"
#include "base/text.h"
#include "base/try.h"
#include "fs/system_error.h"
#include "local_hub/topic.h"
#include "server/exchange.h"

namespace hubcache::local_hub {
namespace {

constexpr std::size_t most_waiting = 1 << 20;
constexpr std::size_t one_write = 4096;  // PIPE_BUF: does not block on a pipe that poll() calls writable
constexpr int pipe_patience = 1000;      // milliseconds for a pipe that nobody reads, at the end

std::string time_text() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec, milliseconds % 1000);
}

/// Returns the path of the target without its query; "" for a proxy's target, which may have a user and a password.
std::string path_of(std::string_view target) {
  const std::string_view path = target.substr(0, target.find_first_of("?#"));
  const bool is_path = path.starts_with('/') && !path.starts_with("//") && !path.contains("://");
  return is_path ? std::string(path) : "";
}

}  // namespace

std::string access_line(const server::Ended& one) {
  const server::Request& request = one.exchange.request();
  const Topic topic = parts_of(one.exchange.topic());
  nlohmann::ordered_json line = {{"time", time_text()},
                                 {"client", one.exchange.client().to_string()},
                                 {"method", request.method},
                                 {"path", path_of(request.target)},
                                 {"status", one.status},
                                 {"bytes", one.bytes},
                                 {"seconds", std::chrono::duration<double>(one.time).count()},
                                 {"complete", one.is_complete}};
  if (!topic.repo.empty()) line.update({{"type", topic.type}, {"repo", topic.repo}});
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<std::unique_ptr<AccessLog>> AccessLog::open(const std::filesystem::path& file) {
  auto opened = TRY(open_file(file));
  return std::unique_ptr<AccessLog>(new AccessLog(file, std::move(opened)));
}

Result<AccessLog::File> AccessLog::open_file(const std::filesystem::path& name) {
  const int number =
      name == "-" ? fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                  : ::open(name.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0640);
  if (number < 0) {
    return Error{ErrorCode::failed,
                 say("cannot open the access log {}: {}", in_quotes(name.native()), fs::reason(errno)),
                 say("check --access-log")};
  }
  return std::make_shared<const fs::Descriptor>(number);
}

AccessLog::~AccessLog() {
  is_over_ = true;
  aside_.reset();
  write_out();
}

Result<void> AccessLog::reopen() {
  File opened = TRY(open_file(name_));
  const std::lock_guard lock(mutex_);
  file_ = std::move(opened);
  return {};
}

void AccessLog::add(const server::Ended& one) {
  const std::string line = access_line(one);
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() + line.size() > most_waiting) {
      ++lost_;
      return;
    }
    waiting_ += line;
    if (std::exchange(is_writing_, true)) return;
  }
  aside_->post([this] { write_out(); });
}

/// Runs until no line waits.
void AccessLog::write_out() {
  for (;;) {
    std::string lines;
    File file;
    {
      const std::lock_guard lock(mutex_);
      is_writing_ = !waiting_.empty();
      if (!is_writing_) return;
      lines.swap(waiting_);
      file = file_;
    }
    const auto count = static_cast<std::uint64_t>(std::ranges::count(lines, '\n'));
    if (!write_all(file->get(), std::move(lines))) lost_ += count;
  }
}

bool AccessLog::write_all(int file, std::string lines) {
  if (is_broken_) lines.insert(0, "\n");  // so that the next line is whole
  return write_pieces(file, lines);
}

bool AccessLog::write_pieces(int file, std::string_view lines) {
  for (int waited = 0; !lines.empty();) {
    pollfd ready{file, POLLOUT, 0};
    constexpr int step = 100;
    const int count = poll(&ready, 1, step);
    if (count == 0 && is_over_) waited += step;
    if (waited >= pipe_patience) return false;
    if (count <= 0) continue;
    const ssize_t gone = write(file, lines.data(), std::min(lines.size(), one_write));
    if (gone < 0 && errno != EINTR && errno != EAGAIN) return false;
    if (gone <= 0) continue;
    is_broken_ = lines[static_cast<std::size_t>(gone) - 1] != '\n';
    lines.remove_prefix(static_cast<std::size_t>(gone));
  }
  return true;
}

}  // namespace hubcache::local_hub
