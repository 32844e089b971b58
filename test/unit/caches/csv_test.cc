#include <doctest/doctest.h>

#include <hubcache/caches.h>

namespace hubcache {

TEST_CASE("no cell of CSV is a formula or has a control character") {
  CachedReport report;
  for (const char* id : {"=1+1", "+1", "-1", "@x", "a\x1b[31m\n", "a\"b,c", "me/one"}) {
    CachedRepo& repo = report.repos.emplace_back();
    repo.repo_id = id;
    repo.target = "aistudio";
    repo.place = "/c";
  }
  const std::string table = to_csv(report);
  for (const char* cell :
       {"\n'=1+1,", "\n'+1,", "\n'-1,", "\n'@x,", "\na\\x1b[31m\\n,", "\n\"a\"\"b,c\",", "\nme/one,"}) {
    CAPTURE(cell);
    CHECK(table.find(cell) != std::string::npos);
  }
}

}  // namespace hubcache
