#include <atomic>
#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fs/file.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

using Names = std::vector<std::string>;

struct stat stat_of(const path& name) {
  struct stat status{};
  REQUIRE(lstat(name.c_str(), &status) == 0);
  return status;
}

std::string some_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  std::uint32_t state = 1;
  for (char& byte : bytes) byte = static_cast<char>((state = state * 1664525u + 1013904223u) >> 24);
  return bytes;
}

/// Writes 64 KiB of data, a hole up to 8 MiB, some data, and a hole at the end.
std::string write_with_holes(const path& name) {
  std::string bytes(12 << 20, '\0');
  const std::string data = some_bytes(64 << 10);
  const int file = open(name.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  for (const off_t at : {off_t{0}, off_t{8} << 20}) {
    REQUIRE(pwrite(file, data.data(), data.size(), at) == static_cast<ssize_t>(data.size()));
    bytes.replace(static_cast<std::size_t>(at), data.size(), data);
  }
  REQUIRE(ftruncate(file, static_cast<off_t>(bytes.size())) == 0);
  fsync(file);
  close(file);
  return bytes;
}

void check_alike(const path& original, const path& copy) {
  const struct stat a = stat_of(original), b = stat_of(copy);
  REQUIRE(b.st_mode == a.st_mode);
  REQUIRE(b.st_size == a.st_size);
  REQUIRE(b.st_mtim.tv_sec == a.st_mtim.tv_sec);
  REQUIRE(b.st_mtim.tv_nsec == a.st_mtim.tv_nsec);
  REQUIRE(b.st_ino != a.st_ino);
}

TEST_CASE("a copy has the content, mode and times of its original, and its holes") {
  const TemporaryFolder folder;
  const std::string bytes = write_with_holes(folder / "original");
  REQUIRE(chmod((folder / "original").c_str(), 0640) == 0);
  const timespec times[] = {{5, 6}, {1'600'000'000, 987'654'321}};
  REQUIRE(utimensat(AT_FDCWD, (folder / "original").c_str(), times, 0) == 0);
  require(make_copy(folder / "original", folder / "copy"));
  CHECK(read(folder / "copy") == bytes);
  check_alike(folder / "original", folder / "copy");
  CHECK(stat_of(folder / "copy").st_blocks <= stat_of(folder / "original").st_blocks);
  CHECK(stat_of(folder / "copy").st_blocks * 512 < 1 << 20);
}

TEST_CASE("a copy works without the kernel's copy calls, and into another file system") {
  const TemporaryFolder folder;
  const std::string bytes = write_with_holes(folder / "original");
  for (const int number : {ENOSYS, EXDEV, EINVAL, EOPNOTSUPP, EPERM}) {
    CHECK(in_child([&] {
            REQUIRE(make_system_call_fail(SYS_copy_file_range, number));
            require(make_copy(folder / "original", folder / "copy"));
            REQUIRE(read(folder / "copy") == bytes);
            check_alike(folder / "original", folder / "copy");
            REQUIRE(stat_of(folder / "copy").st_blocks * 512 < 1 << 20);
            return 0;
          }) == 0);
    std::filesystem::remove(folder / "copy");
  }
  if (access("/dev/shm", W_OK) != 0) return skip("a copy into another file system", "no /dev/shm");
  const TemporaryFolder memory("/dev/shm");
  require(make_copy(folder / "original", memory / "copy"));
  CHECK(read(memory / "copy") == bytes);
  check_alike(folder / "original", memory / "copy");
}

TEST_CASE("a copy follows a symlink at its original and respects the umask") {
  const TemporaryFolder folder;
  write(folder / "original", "content");
  REQUIRE(chmod((folder / "original").c_str(), 04777) == 0);
  std::filesystem::create_symlink("original", folder / "link");
  CHECK(in_child([&] {
          umask(027);
          require(make_copy(folder / "link", folder / "copy"));
          REQUIRE(stat_of(folder / "copy").st_mode == (S_IFREG | 0750));
          REQUIRE(read(folder / "copy") == "content");
          return 0;
        }) == 0);
}

TEST_CASE("a read-only or empty original is copied as such") {
  const TemporaryFolder folder;
  write(folder / "original", "");
  REQUIRE(chmod((folder / "original").c_str(), 0444) == 0);
  require(make_copy(folder / "original", folder / "copy"));
  check_alike(folder / "original", folder / "copy");
}

TEST_CASE("an original that is not a file is an Error, and no copy is created") {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "folder");
  mkfifo((folder / "pipe").c_str(), 0600);
  for (const char* name : {"folder", "pipe", "missing"}) {
    const auto made = make_copy(folder / name, folder / "copy");
    REQUIRE_FALSE(made);
    CHECK(made.error().message.find(name) != std::string::npos);
    CHECK_FALSE(made.error().hint.empty());
  }
  CHECK(names_in(folder) == Names{"folder", "pipe"});
}

TEST_CASE("an original that changes during the copy is an Error, and no copy is left") {
  const TemporaryFolder folder;
  write(folder / "original", some_bytes(32 << 20));
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    const int file = open((folder / "original").c_str(), O_WRONLY);
    while (!stop) static_cast<void>(pwrite(file, "x", 1, 0) + usleep(100));
    close(file);
  });
  auto made = make_copy(folder / "original", folder / "copy");
  for (int again = 0; made && again < 50; ++again) {  // a change may fall between two ticks of the file system's clock
    std::filesystem::remove(folder / "copy");
    made = make_copy(folder / "original", folder / "copy");
  }
  stop = true;
  writer.join();
  REQUIRE_FALSE(made);
  CHECK(made.error().message.ends_with("changed during the copy"));
  CHECK(names_in(folder) == Names{"original"});
}

TEST_CASE("a full disk is an Error with a hint, and no copy is left") {
  const TemporaryFolder folder;
  const Mounted tiny({"-t", "tmpfs", "-o", "size=64k", "tmpfs"}, folder / "tiny");
  if (!tiny.is_there("a full disk")) return;
  write(folder / "original", some_bytes(1 << 20));
  const auto made = make_copy(folder / "original", tiny / "copy");
  REQUIRE_FALSE(made);
  CHECK(made.error().message == "cannot copy '" + (folder / "original").native() + "' to '" + (tiny / "copy").native() +
                                    "': No space left on device");
  CHECK(made.error().hint.find("free some space") != std::string::npos);
  CHECK(names_in(tiny).empty());

  write(folder / "small", some_bytes(32 << 10));
  CHECK(make_copy(folder / "small", tiny / "fits").has_value());
  write(folder / "name", std::string(48 << 10, 'n'));
  write(tiny / "state", "old");
  const auto written = write_atomically(tiny / "state", read(folder / "name"));
  REQUIRE_FALSE(written);
  CHECK(written.error().message.ends_with("No space left on device"));
  CHECK(read(tiny / "state") == "old");
  CHECK(names_in(tiny) == Names{"fits", "state"});
}

TEST_CASE("the Error names a read-only file system") {
  const TemporaryFolder folder;
  write(folder / "original", "content");
  const Mounted readonly({"-t", "tmpfs", "-o", "ro", "tmpfs"}, folder / "readonly");
  if (!readonly.is_there("a read-only file system")) return;
  for (const auto& done : {make_copy(folder / "original", readonly / "x"), make_symlink("x", readonly / "x"),
                           write_atomically(readonly / "x", "")}) {
    REQUIRE_FALSE(done);
    CHECK(done.error().message.ends_with(words(EROFS)));
    CHECK(done.error().hint.find("writable") != std::string::npos);
  }
}

TEST_CASE("the Error names a file system without reflinks, and no file is left") {
  if (access("/dev/shm", W_OK) != 0) return skip("a file system without reflinks", "no /dev/shm");
  const TemporaryFolder folder("/dev/shm");
  write(folder / "original", "content");
  std::filesystem::create_directory(folder / "sub");
  CHECK_FALSE(can_reflink(folder / "original", folder / "sub"));
  const auto made = make_reflink(folder / "original", folder / "sub/copy");
  REQUIRE_FALSE(made);
  CHECK(made.error().hint.find("another kind of link") != std::string::npos);
  CHECK(names_in(folder / "sub").empty());
}

TEST_CASE("a reflink shares its blocks until one side is written") {
  const TemporaryFolder folder;
  const path image = folder / "image";
  write(image, "");
  std::filesystem::resize_file(image, 512 << 20);
  if (run({"mkfs.xfs", "-q", "-m", "reflink=1", image.native()}).status != 0) {
    return skip("a reflink", "mkfs.xfs is not installed");
  }
  const Mounted xfs({"-o", "loop", image.native()}, folder / "xfs");
  if (!xfs.is_there("a reflink")) return;
  const std::string bytes = some_bytes(4 << 20);
  write(xfs / "original", bytes);
  REQUIRE(chmod((xfs / "original").c_str(), 0640) == 0);
  std::filesystem::create_directory(xfs / "sub");
  const struct stat before = stat_of(xfs / "sub");
  CHECK(can_reflink(xfs / "original", xfs / "sub"));
  CHECK(can_reflink(xfs / "original", xfs / "not/yet/made"));
  CHECK(stat_of(xfs / "sub").st_mtim.tv_nsec == before.st_mtim.tv_nsec);
  CHECK(names_in(xfs / "sub").empty());
  CHECK_FALSE(can_reflink(xfs / "original", folder));
  CHECK_FALSE(can_reflink(xfs / "missing", xfs / "sub"));

  const auto free_before = std::filesystem::space(xfs).free;
  require(make_reflink(xfs / "original", xfs / "sub/copy"));
  CHECK(free_before - std::filesystem::space(xfs).free < 1 << 20);
  check_alike(xfs / "original", xfs / "sub/copy");
  CHECK(read(xfs / "sub/copy") == bytes);
  write(xfs / "sub/copy", "edited");
  CHECK(read(xfs / "original") == bytes);
}

}  // namespace
}  // namespace hubcache::fs::test
