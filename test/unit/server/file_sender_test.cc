// Sends files over a pair of sockets whose other end reads on the test's command.
#include "server/file_sender.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <fstream>

#include "fs/stamp.h"
#include "unit/temporary_folder.h"

namespace hubcache::server {
namespace {

struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    server = fs::Descriptor(ends[0]);
    client = fs::Descriptor(ends[1]);
  }
  std::string read_all() const {
    std::string got, piece(1 << 20, '\0');
    ssize_t count;
    while ((count = recv(client.get(), piece.data(), piece.size(), 0)) > 0)
      got.append(piece.data(), static_cast<std::size_t>(count));
    return got;
  }
  fs::Descriptor server, client;
};

FileBody body_of(const std::filesystem::path& name, std::uint64_t offset, std::uint64_t length) {
  FileBody body;
  body.file = fs::Descriptor(open(name.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status;
  REQUIRE(fstat(body.file.get(), &status) == 0);
  body.stamp = fs::stamp_of(status);
  body.offset = offset;
  body.length = length;
  return body;
}

std::string content(std::size_t size) {
  std::string bytes(size, '\0');
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 251);
  return bytes;
}

struct Sent {
  std::string bytes;
  FileSender::Step last;
};

Sent send_to_end(const Pair& pair, FileSender& sender) {
  Sent sent;
  do {
    sent.last = sender.advance(pair.server.get());
    sent.bytes += pair.read_all();
  } while (sent.last == FileSender::Step::blocked || sent.last == FileSender::Step::more);
  return sent;
}

TEST_CASE("head and part arrive, whatever their size") {
  const test::TemporaryFolder folder;
  const auto name = folder.path() / "file";
  // More than the copying path sends (the largest buffers of this machine), so that both paths are tested.
  const std::string bytes = content((48 << 20) + 17);
  std::ofstream(name) << bytes;
  for (const auto& [offset, length] :
       {std::pair<std::size_t, std::size_t>{0, bytes.size()}, {5, 1}, {bytes.size() - 3, 3}, {1000, 300'000}}) {
    const Pair pair;
    FileSender sender("head", body_of(name, offset, length));
    const Sent sent = send_to_end(pair, sender);
    CHECK(sent.last == FileSender::Step::done);
    CHECK(sent.bytes == "head" + bytes.substr(offset, length));
  }
}

TEST_CASE("an empty file is sent as its head only") {
  const test::TemporaryFolder folder;
  std::ofstream(folder.path() / "file") << "";
  const Pair pair;
  FileSender sender("head", body_of(folder.path() / "file", 0, 0));
  const Sent sent = send_to_end(pair, sender);
  CHECK(sent.last == FileSender::Step::done);
  CHECK(sent.bytes == "head");
}

TEST_CASE("a file that changes is not sent to its end") {
  const test::TemporaryFolder folder;
  const auto name = folder.path() / "file";
  const std::string bytes = content(2 << 20);
  for (const bool cut : {false, true}) {
    std::ofstream(name, std::ios::trunc) << bytes;
    FileSender sender("", body_of(name, 0, bytes.size()));
    const Pair pair;
    CHECK(sender.advance(pair.server.get()) == FileSender::Step::blocked);
    if (cut) std::filesystem::resize_file(name, 1 << 20);
    else std::ofstream(name, std::ios::app) << "more";
    const Sent sent = send_to_end(pair, sender);
    CHECK(sent.last == FileSender::Step::failed);
    CHECK(sent.bytes.size() < bytes.size());
  }
}

/// Overwrites the file with content of the same size, and restores its time.
void rewrite_unseen(const std::filesystem::path& name, const FileBody& body) {
  struct stat status;
  do {  // ctime follows the kernel's clock ticks
    std::fstream(name, std::ios::in | std::ios::out) << "other";
    REQUIRE(stat(name.c_str(), &status) == 0);
    const timespec times[2] = {status.st_atim, {body.stamp.mtime / 1'000'000'000, body.stamp.mtime % 1'000'000'000}};
    REQUIRE(utimensat(AT_FDCWD, name.c_str(), times, 0) == 0);
    REQUIRE(stat(name.c_str(), &status) == 0);
  } while (fs::stamp_of(status).ctime == body.stamp.ctime);
}

TEST_CASE("a file that changes and gets its old time is not sent to its end; a file that loses a name is") {
  const test::TemporaryFolder folder;
  const auto name = folder.path() / "file";
  const std::string bytes = content(2 << 20);
  for (const bool is_changed : {false, true}) {
    std::ofstream(name, std::ios::trunc) << bytes;
    FileBody body = body_of(name, 0, bytes.size());
    const Pair pair;
    const FileBody seen{{}, body.stamp, 0, 0};
    FileSender sender("", std::move(body));
    CHECK(sender.advance(pair.server.get()) == FileSender::Step::blocked);
    if (is_changed) rewrite_unseen(name, seen);
    else std::filesystem::remove(name);
    const Sent sent = send_to_end(pair, sender);
    CHECK(sent.last == (is_changed ? FileSender::Step::failed : FileSender::Step::done));
    CHECK((sent.bytes == bytes) == !is_changed);
  }
}

}  // namespace
}  // namespace hubcache::server
