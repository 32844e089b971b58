#include "hub/lfs_pointer.h"

#include <doctest/doctest.h>

#include "unit/hubs/hub_double.h"

namespace hubcache::hub {

TEST_CASE("the real size is read from a pointer, and from nothing else") {
  const std::string good = test::pointer(209715200);
  CHECK(lfs_size_in(good) == 209715200);
  CHECK(lfs_size_in(test::pointer(0)) == 0);
  std::string bad_oid = good;
  bad_oid[60] = 'g';
  for (const std::string& bad :
       {std::string(), std::string("{}"), good.substr(1), good.substr(0, 100), good.substr(0, good.size() - 2) + "x\n",
        bad_oid, test::pointer(1).replace(good.find("size"), 5, "size -")}) {
    CAPTURE(bad);
    CHECK_FALSE(lfs_size_in(bad));
  }
}

TEST_CASE("base64 is decoded as servers write it: padded, in lines, or broken") {
  // base64 of pointer(1): python3 -c "import base64; …"
  CHECK(lfs_size_in_base64(
            "dmVyc2lvbiBodHRwczovL2dpdC1sZnMuZ2l0aHViLmNvbS9zcGVjL3YxCm9pZCBzaGEyNTY6MGMzZDVhZDVhMzAw\n"
            "NDQ2YTBlZmMzOGUzMTk5NDAyNTNjMmZhNmU3ZjYyYWI4N2Y2YzA0MTUwMWNlNTY5ZDI5MgpzaXplIDIwOTcxNTIwMAo=") ==
        209715200);
  CHECK_FALSE(lfs_size_in_base64(""));
  CHECK_FALSE(lfs_size_in_base64("dmVy!!"));
  CHECK_FALSE(lfs_size_in_base64(std::string(1 << 20, 'A')));
}

TEST_CASE("every pointer's size is within the checked range") {
  for (std::uint64_t size = 1; size < 1'000'000'000'000'000; size *= 10) {
    CAPTURE(size);
    CHECK(may_be_lfs_pointer(test::pointer(size).size()));
  }
}

}  // namespace hubcache::hub
