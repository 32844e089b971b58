#include "caches/filter.h"

#include <doctest/doctest.h>

namespace hubcache::caches {
namespace {

constexpr std::int64_t now = 2'000'000'000, day = 86400;

CachedRepo repo() {
  CachedRepo repo;
  repo.repo_id = "acme/bert-base";
  repo.target = "huggingface";
  repo.state = CachedState::adopted;
  repo.pinned = true;
  repo.disk_size = 3ull << 30;
  repo.files = 12;
  repo.last_use = now - 40 * day;
  return repo;
}

bool holds(std::string_view text, const CachedRepo& one = repo()) { return parse_condition(text).value()(one, now); }

}  // namespace

TEST_CASE("conditions that hold and conditions that do not") {
  struct Row {
    const char* text;
    bool holds;
  };
  for (const auto& [text, is_true] : std::initializer_list<Row>{{"size>1G", true},
                                                                {"size>3G", false},
                                                                {"size>=3G", true},
                                                                {"size=3GiB", true},
                                                                {"size!=3G", false},
                                                                {"size<3072.5M", true},
                                                                {"size<=3221225471B", false},
                                                                {"size>1g", true},
                                                                {"size > 1G", true},
                                                                {"files=12", true},
                                                                {"files<12", false},
                                                                {"used>30d", true},
                                                                {"used>6w", false},
                                                                {"used<1y", true},
                                                                {"used<=960h", true},
                                                                {"state=adopted", true},
                                                                {"state=pinned", true},
                                                                {"state=temporary", false},
                                                                {"state!=damaged", true},
                                                                {"name=acme/*", true},
                                                                {"name=hf:acme/*", true},
                                                                {"name=ms:acme/*", false},
                                                                {"name=bert-*", true},
                                                                {"name=hf:*", true},
                                                                {"name=hf:bert-*", true},
                                                                {"name=hf:acme", false},
                                                                {"name=ms:*", false},
                                                                {"name!=hf:*", false},
                                                                {"name!=*/bert-base", false}}) {
    CAPTURE(text);
    CHECK(holds(text) == is_true);
  }
}

TEST_CASE("a repo whose last use is unknown fulfils no condition on it") {
  CachedRepo one = repo();
  one.last_use.reset();
  CHECK_FALSE(holds("used>1d", one));
  CHECK_FALSE(holds("used<1d", one));
}

TEST_CASE("other texts are refused with examples") {
  for (const char* text :
       {"",           "size",          "size>",    "size>-1", "size>1X",    "size>1GG", "size>1e3G",      "size>nan",
        "size>inf",   "size=>1",       "size>1BB", "used>30", "used=30d",   "used>-1d", "used>1m",        "used>d",
        "state=good", "state>adopted", "name>a",   "name=",   "colour=red", "=1",       "size>99999999P", "files=1.5",
        "files>1B",   "files>1K",      "files>-1", "size>1.", "size>1.G",   "name==x"}) {
    CAPTURE(text);
    const auto parsed = parse_condition(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::usage);
  }
  CHECK(parse_condition("size").error().hint.find("'used>30d'") != std::string::npos);
  CHECK(parse_condition("state=good").error().hint ==
        "use one of: adopted, genuine, partial, damaged, empty, unreadable, pinned, temporary");
}

}  // namespace hubcache::caches
