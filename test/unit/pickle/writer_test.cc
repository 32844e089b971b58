// Compares the writer's bytes with CPython's.
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "pickle/frames.h"
#include "pickle/writer.h"
#include "unit/pickle/cpython.h"

namespace hubcache::pickle {
namespace {

struct Owned {
  std::string path, revision;
};
using Index = std::vector<Owned>;

std::string ours(const Index& index) {
  std::vector<Record> records;
  for (const auto& [path, revision] : index) records.push_back({path, revision});
  return write_index(records);
}

std::string theirs(CPython& python, const Index& index) {
  std::vector<std::string_view> texts;
  for (const auto& [path, revision] : index) texts.insert(texts.end(), {path, revision});
  return python.ask('I', joined(texts));
}

/// CHECK(a == b) would print megabytes.
bool same(CPython& python, const Index& index) { return ours(index) == theirs(python, index); }

/// Texts that are special to CPython (no character, one of Latin-1) or to the format (255 and 256 bytes, a frame's 64
/// KiB), or that resemble a hub's names and digests.
std::string special_text(std::mt19937& random) {
  static const std::vector<std::string> specials = {"",
                                                    "a",
                                                    "\n",
                                                    std::string(1, '\0'),
                                                    "\x7f",
                                                    "\xc2\x80",
                                                    "\xc3\xa9",
                                                    "\xc3\xbf",
                                                    "\xc4\x80",
                                                    "Path",
                                                    "Revision",
                                                    "id",
                                                    "line\nbreak",
                                                    std::string("nul\0nul", 7),
                                                    "\xe4\xb8\xad",
                                                    "\xe4\xb8\xad\xe6\x96\x87/a b+%#?.bin",
                                                    "\xf0\x9f\x98\x80",
                                                    "\xed\xa0\x80",
                                                    "\\u0041",
                                                    "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"};
  return specials[random() % specials.size()];
}

std::string any_text(std::mt19937& random) {
  switch (random() % 8) {
    case 0: return std::string(250 + random() % 10, 'x');
    case 1: {
      std::string latin;  // each of the 256 singletons
      const auto code = random() % 256;
      if (code >= 0x80) latin += static_cast<char>(0xc0 | (code >> 6));
      return latin += static_cast<char>(code < 0x80 ? code : 0x80 | (code & 0x3f));
    }
    case 2:
    case 3: return "weights/layer-" + std::to_string(random() % 1000) + "/model.safetensors";
    default: return special_text(random);
  }
}

Index any_index(std::size_t size, std::uint32_t seed) {
  std::mt19937 random(seed);
  Index index(size);
  for (auto& [path, revision] : index) path = any_text(random), revision = any_text(random);
  return index;
}

}  // namespace

TEST_CASE("an index of any strings equals pickle.dump's output") {
  CPython python;
  CHECK(rc::check([&](std::uint32_t seed) {
    const auto size = *rc::gen::inRange<std::size_t>(0, 400);
    RC_ASSERT(same(python, any_index(size, seed)));
  }));
}

TEST_CASE("every string of one Latin-1 character, and the empty string, twice") {
  CPython python;
  Index index;
  for (int twice = 0; twice < 2; ++twice) {
    index.push_back({"", ""});
    for (int code = 0; code < 256; ++code) {
      std::string text(1, static_cast<char>(code));
      if (code >= 0x80) text = {static_cast<char>(0xc0 | (code >> 6)), static_cast<char>(0x80 | (code & 0x3f))};
      index.push_back({text, "x" + text});
    }
  }
  CHECK(same(python, index));
}

TEST_CASE("batches end after 1,000 records") {
  CPython python;
  for (const std::size_t size : {0, 1, 2, 999, 1000, 1001, 1002, 1999, 2000, 2001, 3001}) {
    CAPTURE(size);
    CHECK(same(python, any_index(size, 1)));
  }
}

TEST_CASE("strings of at least a frame's size are written between frames") {
  CPython python;
  for (const std::size_t size : {Frames::target - 1, Frames::target, Frames::target + 1, 3 * Frames::target}) {
    CAPTURE(size);
    const std::string large(size, 'x');
    CHECK(same(python, {{large, ""}}));
    CHECK(same(python, {{large, large}, {large, large}, {"", large}, {"a", ""}}));
    CHECK(same(python, {{"a", "b"}, {large, "b"}, {"c", large}}));
  }
}

TEST_CASE("a frame ends at the first object after 64 KiB") {
  CPython python;
  for (std::size_t size = Frames::target - 70; size < Frames::target; ++size) {
    CAPTURE(size);
    CHECK(same(python, {{std::string(size, 'x'), "r"}, {"second", "revision"}, {"third", ""}}));
  }
}

TEST_CASE("100,000 records equal CPython's output") {
  CPython python;
  CHECK(same(python, any_index(100'000, 7)));
  Index pinned;
  for (int i = 0; i < 50'000; ++i) {
    const std::string path = "part-" + std::to_string(i) + ".safetensors";
    pinned.insert(pinned.end(), {{path, ""}, {path, "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"}});
  }
  CHECK(same(python, pinned));
}

TEST_CASE("the model's meta file equals CPython's output") {
  CPython python;
  for (const std::string id : {"owner/name", "id", "", "x", "\xc3\xa9", "\xe4\xb8\xad/\xe6\x96\x87"}) {
    CAPTURE(id);
    CHECK(write_model_meta(id) == python.ask('M', id));
  }
  CHECK(write_model_meta(std::string(70'000, 'x')) == python.ask('M', std::string(70'000, 'x')));
}

}  // namespace hubcache::pickle
