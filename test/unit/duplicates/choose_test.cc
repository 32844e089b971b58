#include "duplicates/choose.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "duplicates/split.h"

namespace hubcache::duplicates {
namespace {

const std::string plain = "33188 0\n";

EqualFile file(std::uint32_t number, std::uint32_t blocks, std::int64_t mtime,
               std::optional<std::string> attributes = {}) {
  return {number, blocks, mtime, 1000, std::move(attributes)};
}

}  // namespace

TEST_CASE("the file whose blocks most files use is kept, and of these the oldest") {
  const std::vector<EqualFile> files = {file(0, 0, 5), file(1, 1, 9), file(2, 1, 7), file(3, 2, 1)};
  const Choices choices = choose(files, true, false);
  REQUIRE(choices.choices.size() == 1);
  CHECK(choices.choices[0].kept == 2);
  CHECK(choices.choices[0].others == Group{0, 3});
  CHECK(choices.choices[0].sharing == Sharing::blocks);
  CHECK(choices.shared == Group{1});
  CHECK(choices.by_hard_links + choices.not_sharable == 0);
}

TEST_CASE("files that all share their blocks need nothing") {
  const std::vector<EqualFile> files = {file(4, 0, 5), file(5, 0, 3)};
  const Choices choices = choose(files, true, true);
  CHECK(choices.choices.empty());
  CHECK(choices.shared == Group{4});
}

TEST_CASE("hard links are made only if they are wanted, between files with the same attributes") {
  const std::vector<EqualFile> files = {file(0, 0, 5, plain), file(1, 1, 2, plain), file(2, 2, 1, "33152 0\n"),
                                        file(3, 3, 0)};
  const Choices unwanted = choose(files, false, false);
  CHECK(unwanted.choices.empty());
  CHECK(unwanted.by_hard_links == 1000);
  CHECK(unwanted.not_sharable == 2000);
  const Choices wanted = choose(files, false, true);
  REQUIRE(wanted.choices.size() == 1);
  CHECK(wanted.choices[0].kept == 1);
  CHECK(wanted.choices[0].others == Group{0});
  CHECK(wanted.choices[0].sharing == Sharing::hard_link);
  CHECK(wanted.by_hard_links == 0);
  CHECK(wanted.not_sharable == 2000);
}

TEST_CASE("a split keeps each number once, and only groups that are large enough") {
  rc::check([](const std::vector<std::uint8_t>& keys) {
    Group all;
    for (std::uint32_t i = 0; i < keys.size(); ++i) all.push_back(i);
    const auto key_of = [&](std::uint32_t number) { return keys[number] % 8; };
    Group seen;
    for (const Group& group : split(all, key_of, 1)) {
      for (const std::uint32_t number : group) {
        RC_ASSERT(key_of(number) == key_of(group.front()));
        seen.push_back(number);
      }
    }
    std::ranges::sort(seen);
    RC_ASSERT(seen == all);
    for (const Group& group : split(all, key_of)) RC_ASSERT(group.size() >= 2u);
  });
}

}  // namespace hubcache::duplicates
