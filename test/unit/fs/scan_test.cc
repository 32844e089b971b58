#include "fs/scan.h"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "fs/file.h"
#include "unit/fs/support.h"

namespace hubcache::fs::test {
namespace {

using std::filesystem::create_directories;
using std::filesystem::create_directory;
using std::filesystem::create_symlink;

LocalTree scan(const path& folder, const ScanRules& rules = {}) {
  auto tree = scan_tree(folder, rules);
  require(tree);
  return std::move(*tree);
}

Error scan_error(const path& folder, const ScanRules& rules = {}) {
  const auto tree = scan_tree(folder, rules);
  REQUIRE_FALSE(tree);
  return tree.error();
}

std::vector<std::string> paths_of(const LocalTree& tree) {
  std::vector<std::string> paths;
  for (const LocalFile& file : tree.files) paths.push_back(file.path.str());
  return paths;
}

std::vector<std::string> left_out(const LocalTree& tree) {
  std::vector<std::string> lines;
  for (const LeftOut& item : tree.left_out) lines.push_back(item.name + ": " + item.why);
  return lines;
}

using Lines = std::vector<std::string>;

std::vector<Glob> globs(const Lines& patterns) {
  std::vector<Glob> parsed;
  for (const auto& pattern : patterns) parsed.push_back(Glob::parse(pattern).value());
  return parsed;
}

TEST_CASE("a scan returns every regular file with its stamp, sorted by the bytes of its path") {
  const TemporaryFolder folder;
  create_directories(folder / "a/b");
  create_directories(folder / "empty");
  for (const char* name : {"z", "a.txt", "a/b/c", "a/b-c", "a-b", "模型.bin", "a/.hidden", "new\nline", "a/b.c"}) {
    write(folder / name, name);
  }
  const LocalTree tree = scan(folder);
  CHECK(paths_of(tree) == Lines{"a-b", "a.txt", "a/.hidden", "a/b-c", "a/b.c", "a/b/c", "new\nline", "z", "模型.bin"});
  CHECK(std::ranges::is_sorted(paths_of(tree)));
  CHECK(tree.left_out.empty());
  for (const LocalFile& file : tree.files) CHECK(file.stamp == status_of(folder / file.path.str())->stamp);
  CHECK(tree.files.front().stamp.size == 3);
}

TEST_CASE("a large folder, scanned by all cores, gives the same result as a small one") {
  const TemporaryFolder folder;
  Lines files, bad;
  for (int i = 0; i < 2'000; ++i) {
    const std::string name = fmt::format("{:04}", i);
    if (i % 100 == 7) create_symlink("nowhere", folder / name);
    else if (i % 100 == 8) create_directories(folder / name / "in");
    else if (i % 100 == 9) create_symlink("0000", folder / name);
    else write(folder / name, std::string(static_cast<std::size_t>(i), 'x'));
    if (i % 100 == 7) bad.push_back(name + ": broken symlink");
    else if (i % 100 != 8) files.push_back(name);
  }
  const LocalTree tree = scan(folder);
  CHECK(paths_of(tree) == files);
  CHECK(left_out(tree) == bad);
  for (const LocalFile& file : tree.files)
    REQUIRE(file.stamp == status_of_target(folder / file.path.str()).value().stamp);
}

TEST_CASE("symlinks to files and folders are followed, and have the stamp of their target") {
  const TemporaryFolder folder, elsewhere;
  create_directory(elsewhere / "weights");
  write(elsewhere / "weights/1.bin", "12345");
  create_symlink(elsewhere / "weights", folder / "weights");
  create_symlink(elsewhere / "weights/1.bin", folder / "one");
  const LocalTree tree = scan(folder);
  CHECK(paths_of(tree) == Lines{"one", "weights/1.bin"});
  for (const LocalFile& file : tree.files) {
    CHECK(file.stamp.inode == inode_of(elsewhere / "weights/1.bin"));
    CHECK(file.stamp.size == 5);
  }
}

TEST_CASE("the folder itself may be a symlink") {
  const TemporaryFolder folder;
  create_directory(folder / "real");
  write(folder / "real/x", "");
  create_symlink("real", folder / "link");
  CHECK(paths_of(scan(folder / "link")) == Lines{"x"});
}

TEST_CASE("a symlink to a folder above it is left out and named, and everything else is returned") {
  const TemporaryFolder folder;
  create_directories(folder / "top/a/b");
  write(folder / "top/a/b/file", "");
  create_symlink("../..", folder / "top/a/b/up");      // to the root
  create_symlink("../../a", folder / "top/a/b/back");  // to a folder above it
  // to the folder above the root, from which the only way leads back
  create_symlink("..", folder / "top/outside");
  create_symlink("self", folder / "top/self");
  create_symlink("a", folder / "top/twice");
  const LocalTree tree = scan(folder / "top");
  CHECK(paths_of(tree) == Lines{"a/b/file", "twice/b/file"});
  CHECK(left_out(tree) == Lines{"a/b/back: it leads to one of its parent folders",
                                "a/b/up: it leads to one of its parent folders",
                                "outside/top: it leads to one of its parent folders", "self: symlink loop",
                                "twice/b/back: it leads to one of its parent folders",
                                "twice/b/up: it leads to one of its parent folders"});
}

TEST_CASE("an entry that is not a file is left out and named") {
  const TemporaryFolder folder;
  write(folder / "file", "");
  mkfifo((folder / "pipe").c_str(), 0600);
  create_symlink("nowhere", folder / "dangling");
  create_symlink("file/x", folder / "through");
  create_symlink("/dev/null", folder / "null");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = folder / "socket";
  REQUIRE(name.size() < sizeof address.sun_path);
  std::copy(name.begin(), name.end(), address.sun_path);
  const int server = socket(AF_UNIX, SOCK_STREAM, 0);
  REQUIRE(bind(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  close(server);
  const LocalTree tree = scan(folder);
  CHECK(paths_of(tree) == Lines{"file"});
  CHECK(left_out(tree) == Lines{"dangling: broken symlink", "null: a device", "pipe: a named pipe", "socket: a socket",
                                "through: broken symlink"});
}

TEST_CASE("names that are not UTF-8 are left out, and are printed without control characters") {
  const TemporaryFolder folder;
  create_directory(folder / "folder\xE9");
  write(folder / "folder\xE9/inside", "");
  write(folder / "caf\xE9", "");
  write(folder / "\xFF\x1B[31m", "");
  write(folder / "good", "");
  const LocalTree tree = scan(folder);
  CHECK(paths_of(tree) == Lines{"good"});
  CHECK(left_out(tree) == Lines{"\\xff\\x1b[31m: its name is not UTF-8", "caf\\xe9: its name is not UTF-8",
                                "folder\\xe9: its name is not UTF-8"});
}

TEST_CASE("an unreadable folder is left out and named") {
  const TemporaryFolder folder;
  std::filesystem::permissions(folder, std::filesystem::perms(0755));
  create_directory(folder / "closed");
  write(folder / "closed/file", "");
  write(folder / "open", "");
  std::filesystem::permissions(folder / "closed", std::filesystem::perms::none);
  const auto body = [&] {
    const LocalTree tree = scan(folder);
    REQUIRE(paths_of(tree) == Lines{"open"});
    REQUIRE(left_out(tree) == Lines{"closed: it cannot be read: Permission denied"});
    REQUIRE(scan_error(folder / "closed").code == ErrorCode::failed);
    return 0;
  };
  CHECK(in_child([&] { return geteuid() == 0 && setuid(65534) != 0 ? 98 : body(); }) == 0);
}

TEST_CASE("excluded patterns and skipped names are left out without a message") {
  const TemporaryFolder folder;
  create_directories(folder / ".git/objects");
  create_directories(folder / "sub/.git");
  create_directories(folder / "logs/old");
  for (const char* name : {".git/config", "sub/.git/config", ".gitignore", "sub/.gitignore", "logs/old/1.txt", "a.bin",
                           "sub/b.bin", "sub/readme"}) {
    write(folder / name, "");
  }
  mkfifo((folder / "logs/pipe").c_str(), 0600);
  create_symlink("logs", folder / "more");
  ScanRules rules;
  rules.skip_anywhere = {".git"};
  rules.skip_at_top = {".gitignore"};
  rules.exclude = globs({"logs/", "more/", "*.tmp"});
  const LocalTree tree = scan(folder, rules);
  CHECK(paths_of(tree) == Lines{"a.bin", "sub/.gitignore", "sub/b.bin", "sub/readme"});
  CHECK(tree.left_out.empty());

  rules.include = globs({"*.bin", "sub/"});
  rules.exclude = globs({"sub/b.*"});
  CHECK(paths_of(scan(folder, rules)) == Lines{"a.bin", "sub/.gitignore", "sub/readme"});
  rules.include = globs({"logs/**"});
  rules.exclude = {};
  const LocalTree logs = scan(folder, rules);
  CHECK(paths_of(logs) == Lines{"logs/old/1.txt"});
  CHECK(left_out(logs) == Lines{"logs/pipe: a named pipe"});
}

TEST_CASE("a symlink into a forbidden folder is a conflict with both paths") {
  const TemporaryFolder folder, cache;
  const path place = cache / "models/owner/name";
  create_directories(place / "sub");
  write(place / "sub/file", "");
  write(cache / "models/owner/name-2", "");
  ScanRules rules;
  rules.forbidden = {place, cache / "not-yet-there"};
  const auto check_conflict = [&](const path& target) {
    create_symlink(target, folder / "link");
    const Error error = scan_error(folder, rules);
    CHECK(error.code == ErrorCode::conflict);
    CHECK(error.message.find("/link") != std::string::npos);
    CHECK(error.message.find(place.native()) != std::string::npos);
    CHECK_FALSE(error.hint.empty());
    std::filesystem::remove(folder / "link");
  };
  check_conflict(place / "sub/file");
  check_conflict(place / "sub");
  check_conflict(place);
  check_conflict(cache);  // the place is below the symlink's target
  create_symlink(cache / "models/owner/name-2", folder / "beside");
  CHECK(paths_of(scan(folder, rules)) == Lines{"beside"});
  create_symlink(place / "sub", folder / "link");
  rules.exclude = globs({"link"});
  CHECK(paths_of(scan(folder, rules)) == Lines{"beside"});
}

TEST_CASE("a missing folder, a file and an empty name are Errors with a hint") {
  const TemporaryFolder folder;
  write(folder / "file", "");
  for (const path& name : {folder / "missing", folder / "file"}) {
    const Error error = scan_error(name);
    CHECK(error.code == ErrorCode::failed);
    CHECK(error.message.find(name.native()) != std::string::npos);
    CHECK_FALSE(error.hint.empty());
  }
  CHECK(scan_error(folder / "missing").message.ends_with(words(ENOENT)));
  CHECK(paths_of(scan(folder / "")) == Lines{"file"});
}

TEST_CASE("entries deeper than 128 levels are left out and named") {
  const TemporaryFolder folder;
  path deep = folder;
  for (int level = 0; level < 128; ++level) deep /= "d";
  create_directories(deep);
  write(deep / "file", "");
  CHECK(scan(folder).files.size() == 1);
  create_directory(deep / "d");
  write(deep / "d/file", "");
  const LocalTree tree = scan(folder);
  CHECK(tree.files.size() == 1);
  REQUIRE(tree.left_out.size() == 1);
  CHECK(tree.left_out.front().why == "it is more than 128 folders deep");
  const std::string beyond = (deep / "d/file").lexically_relative(folder);
  CHECK(tree.find_left_out(beyond) == &tree.left_out.front());
  CHECK(tree.find_left_out(tree.files.front().path.str()) == nullptr);
}

TEST_CASE("a path that is too long for a repo is left out") {
  const TemporaryFolder folder;
  int at = open(path(folder).c_str(), O_RDONLY | O_DIRECTORY);
  const std::string name(250, 'n');
  for (int level = 0; level < 20; ++level) {
    REQUIRE(mkdirat(at, name.c_str(), 0755) == 0);
    const int next = openat(at, name.c_str(), O_RDONLY | O_DIRECTORY);
    close(std::exchange(at, next));
    close(openat(at, "f", O_WRONLY | O_CREAT, 0644));
  }
  close(at);
  const LocalTree tree = scan(folder);
  CHECK(tree.files.size() == 16);
  CHECK(tree.left_out.size() == 1);
  CHECK(tree.left_out.front().why == "its path is too long");
  CHECK(run({"rm", "-rf", (folder / name).native()}).status == 0);
}

TEST_CASE("symlinks among folders that multiply without end stop the scan") {
  const TemporaryFolder folder;
  for (int level = 0; level < 40; ++level) {
    const path here = folder / fmt::format("level{}", level);
    create_directory(here);
    for (const char* way : {"a", "b", "c"}) create_symlink(fmt::format("../level{}", level + 1), here / way);
  }
  create_directory(folder / "level40");
  CHECK(scan_error(folder / "level0").message.find("contains more than") != std::string::npos);
}

TEST_CASE("a lack of file descriptors is an Error, and no folder is left out for it") {
  const TemporaryFolder folder;
  create_directories(folder / "a/b/c/d/e/f/g/h/i/j/k/l");
  CHECK(in_child([&] {
          const rlimit limit{10, 10};
          setrlimit(RLIMIT_NOFILE, &limit);
          const Error error = scan_error(folder);
          REQUIRE(error.message.ends_with(words(EMFILE)));
          return 0;
        }) == 0);
}

TEST_CASE("20,000 files in a few folders are all found") {
  const TemporaryFolder folder;
  Lines expected;
  for (int group = 0; group < 20; ++group) {
    create_directory(folder / fmt::format("g{:02}", group));
    for (int file = 0; file < 1000; ++file) {
      expected.push_back(fmt::format("g{:02}/{:04}.bin", group, file));
      write(folder / expected.back(), "x");
    }
  }
  CHECK(paths_of(scan(folder)) == expected);
}

}  // namespace
}  // namespace hubcache::fs::test
