#include "hub/anatomy.h"

#include <doctest/doctest.h>

namespace hubcache::hub {

TEST_CASE("the names of finished downloads") {
  constexpr std::string_view endings[] = {".incomplete"};
  const Anatomy with_endings{.unfinished = endings}, plain;
  CHECK(finished_name(with_endings, "blobs/abc.incomplete") == "blobs/abc");
  CHECK(finished_name(with_endings, "blobs/abc.1a2b3c4d.incomplete") == "blobs/abc");
  CHECK(finished_name(with_endings, "a/model-00001.bin.incomplete") == "a/model-00001.bin");
  CHECK(finished_name(plain, "a/model.bin") == "a/model.bin");
  CHECK(finished_name(plain, "a/model.bin_0_167772159") == "a/model.bin");
  CHECK(finished_name(plain, "a/model_12") == "a/model_12");
  CHECK(finished_name(plain, "12345678") == "12345678");
  CHECK(finished_name(plain, "") == "");
}

}  // namespace hubcache::hub
