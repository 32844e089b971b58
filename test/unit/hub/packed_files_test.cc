#include "hub/packed_files.h"

#include <map>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "digest/digest.h"
#include "unit/temporary_folder.h"

namespace hubcache::hub {
namespace {

std::shared_ptr<const PackedFiles> pack(const std::map<std::string, std::string>& files, const std::string& folder) {
  PackedFiles::Packer packer(Environment{{{"TMPDIR", folder}}, "/", ""});
  for (const auto& [path, content] : files) {
    const bool is_lfs = content.size() > 3;
    const PackedFile file{path, content.size(), digest::sha256(content), digest::sha1(content), is_lfs, content};
    REQUIRE(packer.add({file.path, file.size, file.sha256, file.git, file.is_lfs, file.head.substr(0, 2)}));
  }
  auto packed = packer.finish();
  REQUIRE(packed);
  return *packed;
}

void check_files(const PackedFiles& packed, const std::map<std::string, std::string>& files) {
  REQUIRE(packed.count() == files.size());
  std::size_t number = 0, bytes = 0;
  for (const auto& [path, content] : files) {
    CHECK(packed.path(number++) == path);
    bytes += path.size();
    const auto file = packed.find(path);
    REQUIRE(file);
    CHECK(file->path == path);
    CHECK(file->size == content.size());
    CHECK(file->sha256 == digest::sha256(content));
    CHECK(file->git == digest::sha1(content));
    CHECK(file->is_lfs == (content.size() > 3));
    CHECK(file->head == content.substr(0, 2));
  }
  CHECK(packed.path_bytes() == bytes);
  for (const char* missing : {"", "a", "b/", "zz", "0", "d1/f1"}) CHECK(!packed.find(missing));
}

}  // namespace

TEST_CASE("packed files are found again, also after they left the memory") {
  const test::TemporaryFolder folder;
  std::map<std::string, std::string> files = {{"a b", ""}, {"b/c", "1"}, {"b-c", "22"}, {"模型/文件", "4444"}};
  files[std::string(4096, 'x')] = "333";
  for (int number = 0; number < 5000; ++number) files[fmt::format("d{}/f{:05}", number / 100, number)] = "12345";
  for (const std::string& place : {folder.path().string(), std::string("/nowhere")}) {
    const auto packed = pack(files, place);
    check_files(*packed, files);
    packed->leave_memory();
    check_files(*packed, files);
  }
  check_files(*pack({}, folder.path().string()), {});
}

TEST_CASE("the list of a large repo leaves the memory") {
  const test::TemporaryFolder folder;
  std::map<std::string, std::string> files;
  for (int number = 0; number < 100'000; ++number) files[fmt::format("{:06}", number)] = "";
  const auto packed = pack(files, folder.path().string());
  CHECK(packed->bytes() < 100 * files.size());
  const std::uint64_t before = mapped_bytes_in_memory();
  for (std::size_t number = 0; number < packed->count(); ++number) CHECK_FALSE(packed->path(number).empty());
  CHECK(mapped_bytes_in_memory() - before > packed->bytes() / 2);
  packed->leave_memory();
  CHECK(mapped_bytes_in_memory() < before + packed->bytes() / 4);
}

}  // namespace hubcache::hub
