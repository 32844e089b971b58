// Compares the reader with CPython's unpickler, on CPython's output and on random changes of it.
#include <random>
#include <string>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include "base/text.h"
#include "pickle/reader.h"
#include "unit/pickle/canonical.h"
#include "unit/pickle/cpython.h"

namespace hubcache::pickle {
namespace {

constexpr int protocols = 6;

/// Returns true if the reader has refused a call. Protocols without an opcode for bytes, bytearray or sets pickle them
/// as calls.
bool is_refusal(const Error& error) { return error.message.find("GLOBAL could import code") != std::string::npos; }

/// Changes a few bytes: sets them to opcodes, to numbers near their limits or to anything, removes them, doubles them,
/// or copies them from elsewhere.
std::string corrupted(std::string bytes, std::mt19937& random) {
  static const std::string opcodes =
      "N\x88\x89IJKM\x8a\x8bLFGSTUVX\x8c\x8d"
      "BC\x8e\x96)t\x85\x86\x87]lae}dsu\x8f\x90\x91(012ghjpqr\x94.\x95\x80";
  const auto place = [&] { return random() % (bytes.size() + 1); };
  for (auto times = 1 + random() % 3; times > 0; --times) {
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

}  // namespace hubcache::pickle
