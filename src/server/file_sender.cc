#include "server/file_sender.h"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <utility>

#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "fs/stamp.h"

namespace hubcache::server {
namespace {

constexpr std::uint64_t one_piece = 256 << 10;
constexpr std::uint64_t one_turn = 4 << 20;

/// Returns the maximal size of a socket's buffer: the third number of the setting.
std::uint64_t largest_buffer(const char* setting) {
  std::ifstream file(setting);
  std::uint64_t least = 0, usual = 0, most = 0;
  file >> least >> usual >> most;
  return file ? most : 16ull << 20;
}

/// Returns the maximal number of bytes that are sent but not yet read: in this socket's buffer and in the client's.
std::uint64_t longest_flight() {
  static const std::uint64_t bytes =
      largest_buffer("/proc/sys/net/ipv4/tcp_wmem") + largest_buffer("/proc/sys/net/ipv4/tcp_rmem") + (1 << 20);
  return bytes;
}

}  // namespace

FileSender::FileSender(std::string head, FileBody body)
    : piece_(std::move(head)), body_(std::move(body)), by_copy_(std::min(body_.length, longest_flight())) {
  struct stat status;
  if (fstat(body_.file.get(), &status) == 0) names_ = status.st_nlink;
}

/// Compares the file's state with the previous one. Programs can set mtime back, but not ctime. ctime also changes if
/// one of the file's hard links is removed, for example when a new version replaces a name: that does not count as a
/// change.
bool FileSender::is_unchanged() {
  struct stat status;
  if (fstat(body_.file.get(), &status) != 0) return false;
  const FileStamp before = std::exchange(body_.stamp, fs::stamp_of(status));
  const bool has_other_names = std::exchange(names_, status.st_nlink) != status.st_nlink;
  return body_.stamp.size == before.size && body_.stamp.mtime == before.mtime &&
         (body_.stamp.ctime == before.ctime || has_other_names);
}

/// Appends the next copied piece to the rest of the head. Returns false if the file has changed.
bool FileSender::fill() {
  const std::size_t before = piece_.size();
  const auto wanted = static_cast<std::size_t>(std::min(body_.length, one_piece));
  piece_.resize(before + wanted);
  const ssize_t got = fs::uninterrupted(
      [&] { return pread(body_.file.get(), piece_.data() + before, wanted, static_cast<off_t>(body_.offset)); });
  if (got <= 0 || !is_unchanged()) return false;
  piece_.resize(before + static_cast<std::size_t>(got));
  body_.offset += static_cast<std::uint64_t>(got);
  body_.length -= static_cast<std::uint64_t>(got);
  return true;
}

ssize_t FileSender::send_piece(int socket) {
  const int flags = MSG_NOSIGNAL | (body_.length > 0 ? MSG_MORE : 0);
  const ssize_t gone =
      fs::uninterrupted([&] { return ::send(socket, piece_.data() + sent_, piece_.size() - sent_, flags); });
  if (gone > 0) sent_ += static_cast<std::size_t>(gone);
  return gone;
}

/// Returns the number of bytes sent; 0 if the file was truncated.
ssize_t FileSender::send_pages(int socket) {
  auto offset = static_cast<off_t>(body_.offset);
  const auto most = static_cast<std::size_t>(std::min(body_.length - by_copy_, one_turn));
  const ssize_t gone = fs::uninterrupted([&] { return sendfile(socket, body_.file.get(), &offset, most); });
  if (gone > 0) {
    body_.offset += static_cast<std::uint64_t>(gone);
    body_.length -= static_cast<std::uint64_t>(gone);
  }
  return gone;
}

FileSender::Step FileSender::advance(int socket) {
  for (std::uint64_t turn = 0; turn < one_turn;) {
    const bool needs_copy = body_.length > 0 && body_.length <= by_copy_;
    if (sent_ == piece_.size()) piece_.clear(), sent_ = 0;
    if (needs_copy && (piece_.empty() || std::exchange(is_first_, false)) && !fill()) return Step::failed;
    if (piece_.empty() && body_.length == 0) return Step::done;
    const ssize_t gone = piece_.empty() ? send_pages(socket) : send_piece(socket);
    if (gone < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return Step::blocked;
    if (gone <= 0) return Step::failed;
    turn += static_cast<std::uint64_t>(gone);
    gone_ += static_cast<std::uint64_t>(gone);
  }
  return Step::more;
}

}  // namespace hubcache::server
