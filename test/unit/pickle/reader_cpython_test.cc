// Compares the reader with CPython's unpickler, on CPython's output and on random changes of it.
#include <algorithm>
#include <array>
#include <filesystem>
#include <random>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/text.h"
#include "pickle/reader.h"
#include "unit/pickle/canonical.h"
#include "unit/pickle/cpython.h"
#include "unit/temporary_folder.h"

namespace hubcache::pickle {
namespace {

constexpr int protocols = 6;

/// Returns true if the reader has refused a call. Protocols without an opcode for bytes, bytearray or sets pickle them
/// as calls.
bool is_refusal(const Error& error) { return error.message.find("GLOBAL could import code") != std::string::npos; }

/// Changes bytes in up to `most` places: sets them to opcodes, to numbers near their limits or to anything, removes
/// them, doubles them, or copies them from elsewhere.
std::string corrupted(std::string bytes, std::mt19937& random, unsigned most = 3) {
  static const std::string opcodes =
      "N\x88\x89IJKM\x8a\x8bLFGSTUVX\x8c\x8d"
      "BC\x8e\x96)t\x85\x86\x87]lae}dsu\x8f\x90\x91(012ghjpqr\x94.\x95\x80";
  const auto place = [&] { return random() % (bytes.size() + 1); };
  for (auto times = 1 + random() % most; times > 0; --times) {
    switch (random() % 6) {
      case 0: bytes.insert(place(), 1, opcodes[random() % opcodes.size()]); break;
      case 1: bytes.insert(place(), 1, static_cast<char>(random())); break;
      case 2: bytes.erase(place(), 1 + random() % 3); break;
      case 3: bytes[place() % bytes.size()] = opcodes[random() % opcodes.size()]; break;
      case 4: bytes[place() % bytes.size()] ^= static_cast<char>(1 << random() % 8); break;
      case 5: bytes.insert(place(), bytes.substr(place(), 1 + random() % 8)); break;
    }
    if (bytes.empty()) bytes = ".";
  }
  return bytes;
}

/// Returns true if the reader refuses data that no pickler writes, or that is beyond a limit (reader.h). CPython's C
/// code reads an int such as 03 as an octal number.
bool is_limit(const Error& error) {
  static constexpr std::array limits = {"not supported", "nested too deeply", "contains itself", "memo number",
                                        "invalid int"};
  return std::ranges::any_of(limits, [&](const char* words) { return error.message.find(words) != std::string::npos; });
}

/// Returns the pickles of data that real clients have written and the fuzzers have found.
std::vector<std::string> kept_pickles(CPython& python) {
  std::vector<std::string> pickles;
  for (const std::string corpus : {"pickle_reader", "client_index"}) {
    for (const auto& file : std::filesystem::directory_iterator(HUBCACHE_TEST_DATA "/../../fuzz/corpus/" + corpus)) {
      if (auto bytes = test::read(file.path()); python.ask('D', bytes).starts_with('+'))
        pickles.push_back(std::move(bytes));
    }
  }
  std::ranges::sort(pickles);
  return pickles;
}

}  // namespace

TEST_CASE("CPython's output is read with the same value, in every protocol") {
  CPython python;
  int read_well = 0, refused = 0;
  CHECK(rc::check([&](std::uint32_t seed) {
    const auto answer = split(python.ask('V', std::to_string(seed)));
    for (int protocol = 0; protocol < protocols; ++protocol) {
      const auto value = read(answer[1 + protocol]);
      if (value) {
        RC_ASSERT(canonical(*value) == answer[0]);
        ++read_well;
      } else {
        RC_ASSERT(protocol < 5);
        RC_LOG() << value.error().message;
        RC_ASSERT(is_refusal(value.error()));
        ++refused;
      }
    }
  }));
  MESSAGE(read_well, " read, ", refused, " refused");
  CHECK(read_well > refused);
}

TEST_CASE("a damaged pickle that can be read has the value that CPython reads") {
  CPython python;
  int accepted = 0, rejected = 0;
  CHECK(rc::check([&](std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto answer = split(python.ask('V', std::to_string(seed)));
    for (int i = 0; i < 100; ++i) {
      const auto bytes = corrupted(answer[1 + random() % protocols], random);
      const auto value = read(bytes);
      ++(value ? accepted : rejected);
      if (!value) continue;
      const auto ours = "+" + canonical(*value), theirs = python.ask('R', bytes);
      if (ours != theirs) RC_FAIL(in_quotes(bytes) + ": " + ours + ", but CPython: " + theirs);
    }
  }));
  MESSAGE(accepted, " read, ", rejected, " rejected");
  CHECK(accepted > 100);
}

TEST_CASE("a damaged pickle of data that pickletools finds valid is read with CPython's value") {
  CPython python;
  auto bases = kept_pickles(python);
  REQUIRE(!bases.empty());
  std::mt19937 random(20);  // the same pickles each time
  for (int i = 0; i < 100; ++i) bases.push_back(split(python.ask('V', std::to_string(random())))[4 + random() % 3]);
  int read_well = 0, limited = 0, invalid = 0;
  for (int i = 0; i < 4000; ++i) {
    const auto bytes = corrupted(bases[random() % bases.size()], random, 1);
    const auto theirs = python.ask('D', bytes);
    const auto value = read(bytes);
    if (!theirs.starts_with('+')) {
      ++invalid;
    } else if (value) {
      ++read_well;
      if ("+" + canonical(*value) != theirs) FAIL_CHECK(in_quotes(bytes), ": CPython: ", theirs);
    } else {
      ++limited;
      if (!is_limit(value.error())) FAIL_CHECK(in_quotes(bytes), ": ", value.error().message, "; CPython: ", theirs);
    }
  }
  MESSAGE(read_well, " read, ", limited, " beyond a limit of the reader, ", invalid, " not valid data");
  CHECK(read_well > 500);
}

}  // namespace hubcache::pickle
