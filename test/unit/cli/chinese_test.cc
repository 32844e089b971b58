#include "cli/chinese.h"

#include <algorithm>

#include <doctest/doctest.h>

#include "cli/choose_language.h"
#include "cli/parser_words.h"

namespace hubcache::cli {
namespace {

struct InChinese {
  InChinese() { set_catalogue(chinese); }
  InChinese(const InChinese&) = delete;
  ~InChinese() { set_catalogue({}); }
};

}  // namespace

TEST_CASE("the catalogue is sorted, so that each message is found") {
  CHECK(chinese.size() > 1000);
  CHECK(std::ranges::is_sorted(chinese, {}, &Translation::english));
}

TEST_CASE("names of locales") {
  for (const char* name : {"zh", "zh_CN", "zh-CN", "zh_CN.UTF-8", "zh_CN.utf8", "zh_SG.UTF-8", "zh_Hans", "zh-Hans-CN",
                           "zh_CN.UTF-8@pinyin", "ZH_cn"}) {
    CAPTURE(name);
    CHECK(is_chinese(name));
  }
  for (const char* name : {"", "C", "C.UTF-8", "en_US.UTF-8", "zh_CN.GBK", "zh_CN.GB18030", "zh_TW.UTF-8", "zh_Hant",
                           "zha", "cn", ".UTF-8", "@", "zh_CN.", "."}) {
    CAPTURE(name);
    CHECK_FALSE(is_chinese(name));
  }
}

TEST_CASE("the texts of the parser are translated with their parts") {
  CHECK(parser_message("--port: Value x not in range 0 to 65535") == "--port: Value x not in range 0 to 65535");
  const InChinese in_chinese;
  CHECK(parser_message("--port: Value x not in range 0 to 65535") == "--port：值 x 不在 0 到 65535 的范围内");
  CHECK(parser_message("A subcommand is required") == "缺少子命令");
  CHECK(parser_message("DIR is required") == "缺少 DIR");
  CHECK(parser_message("--shell: {x} not in {sh,fish}") == "--shell：{x} 不在 {sh,fish} 之中");
  CHECK(parser_message("") == "");
  CHECK(parser_message("something else") == "something else");
}

}  // namespace hubcache::cli
