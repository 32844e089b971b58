#include "base/language.h"

#include <array>

#include <doctest/doctest.h>

#include "base/text.h"

namespace hubcache {
namespace {

constexpr std::array chinese = {
    Translation{"error:", "错误："},
    Translation{"no file", "没有文件"},
    Translation{"{} file", "{} 个文件"},
    Translation{"{} of {}", "{1} 的 {0}"},
};

struct InChinese {
  InChinese() { set_catalogue(chinese); }
  InChinese(const InChinese&) = delete;
  ~InChinese() { set_catalogue({}); }
};

constexpr std::string_view constant = marked("no file");

}  // namespace

TEST_CASE("without a catalogue, messages are English") {
  CHECK_FALSE(is_translating());
  CHECK(say("{} of {}", "a", 2) == "a of 2");
  CHECK(translated(constant) == "no file");
  CHECK(counted(1'500, "file") == "1,500 files");
  CHECK(counted(1, "file") == "1 file");
  CHECK(gap_after(translated("error:")) == " ");
}

TEST_CASE("a translation has its own order and its own counts") {
  const InChinese in_chinese;
  CHECK(is_translating());
  CHECK(say("{} of {}", "a", 2) == "2 的 a");
  CHECK(translated(constant) == "没有文件");
  CHECK(counted(1'500, "file") == "1,500 个文件");
  CHECK(counted(1, "file") == "1 个文件");
  CHECK(gap_after(translated("error:")).empty());
}

TEST_CASE("a message without a translation is English") {
  const InChinese in_chinese;
  CHECK(say("{} is not known", "a") == "a is not known");
  CHECK(translated("a") == "a");
  CHECK(translated("zz") == "zz");
}

}  // namespace hubcache
