#include "caches/open_files.h"

#include <doctest/doctest.h>

namespace hubcache::caches {

TEST_CASE("a line of /proc/PID/maps names a file") {
  const auto mapped =
      parse_mapping("7f0a1b2c3000-7f0a1b2c4000 r--p 00001000 08:02 1234                  /a folder/file");
  REQUIRE(mapped);
  CHECK(mapped->file == FileId{0x802, 1234});
  CHECK(mapped->name == "/a folder/file");
}

TEST_CASE("other lines of /proc/PID/maps name no file") {
  for (const char* line : {"", "7f-8f rw-p 00000000 00:00 0", "7f-8f rw-p 00000000 00:00 0    [heap]",
                           "7f-8f rw-p 00000000 x:02 12   /file", "7f-8f rw-p 00000000 08:02 many /file",
                           "7f-8f rw-p 00000000 0802 12 /file", "7f-8f rw-p 00000000 08:02 12"})
    CHECK_FALSE(parse_mapping(line));
}

TEST_CASE("without /proc, nothing is known") {
  const OpenFiles none = OpenFiles::look("/no/such/folder");
  CHECK_FALSE(none.user_of({0x802, 1234}));
  CHECK_FALSE(none.user_below("/"));
}

}  // namespace hubcache::caches
