#include "base/text.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace hubcache {
namespace {

using namespace std::string_literals;

std::string encoded(std::uint32_t point) {
  const auto tail = [](std::uint32_t bits) { return static_cast<char>(0x80 | (bits & 0x3F)); };
  if (point < 0x80) return {static_cast<char>(point)};
  if (point < 0x800) return {static_cast<char>(0xC0 | point >> 6), tail(point)};
  if (point < 0x10000) return {static_cast<char>(0xE0 | point >> 12), tail(point >> 6), tail(point)};
  return {static_cast<char>(0xF0 | point >> 18), tail(point >> 12), tail(point >> 6), tail(point)};
}

bool is_surrogate(std::uint32_t point) { return point >= 0xD800 && point <= 0xDFFF; }

}  // namespace

TEST_CASE("every character is valid UTF-8, but no surrogate and nothing beyond U+10FFFF") {
  bool as_expected = true;
  for (std::uint32_t point = 0; point < 0x120000; ++point) {
    as_expected = as_expected && is_utf8(encoded(point)) == (!is_surrogate(point) && point <= 0x10FFFF);
  }
  CHECK(as_expected);
}

TEST_CASE("overlong, truncated and stray bytes are invalid UTF-8") {
  for (const std::string& bad : {"\xC0\x80"s, "\xC1\xBF"s, "\xE0\x80\x80"s, "\xE0\x9F\xBF"s, "\xF0\x80\x80\x80"s,
                                 "\xF0\x8F\xBF\xBF"s, "\x80"s, "\xBF"s, "\xC2"s, "\xE4\xBD"s, "\xF0\x9F\x98"s,
                                 "\xC2\x41"s, "\xFE"s, "\xFF"s, "a\xE4\xBD"s, "\xF5\x80\x80\x80"s}) {
    CAPTURE(printable(bad));
    CHECK_FALSE(is_utf8(bad));
    CHECK_FALSE(is_utf8("x" + bad + "y"));
  }
  CHECK(is_utf8(""));
  CHECK(is_utf8("模型\0x"s));
}

TEST_CASE("characters that reorder or break a line, and invisible characters, are recognized") {
  for (std::uint32_t point = 0xA0; point < 0x120000; ++point) {
    const bool is_bidirectional = point == 0x61C || point == 0x200E || point == 0x200F ||
                                  (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
    const bool is_invisible = point == 0xAD || point == 0x34F || point == 0x115F || point == 0x1160 ||
                              point == 0x17B4 || point == 0x17B5 || point == 0x180E || point == 0x200B ||
                              (point >= 0x2060 && point <= 0x206F) || point == 0x3164 || point == 0xFEFF ||
                              point == 0xFFA0 || (point >= 0xFFF0 && point <= 0xFFFB) ||
                              (point >= 0x1BCA0 && point <= 0x1BCA3) || (point >= 0x1D173 && point <= 0x1D17A) ||
                              (point >= 0xE0000 && point <= 0xE00FF);
    const bool is_escaped = is_bidirectional || is_invisible || (point >= 0x80 && point <= 0x9F) || point == 0x2028 ||
                            point == 0x2029 || is_surrogate(point) || point > 0x10FFFF;
    if ((printable(encoded(point)) != encoded(point)) != is_escaped) FAIL_CHECK(point);
    if ((for_terminal(encoded(point)) != encoded(point)) != is_escaped) FAIL_CHECK(point);
  }
  CHECK(printable("a\xE2\x80\xAEgpj.exe") == R"(a\xe2\x80\xaegpj.exe)");
  CHECK(for_terminal("a\tb\\\n\r\x1b\xFF") == "a\tb\\\n\\x0d\\x1b\\xff");
}

TEST_CASE("names are escaped for a terminal") {
  CHECK(printable("a b/模型.txt") == "a b/模型.txt");
  CHECK(printable("a\nb\tc\x1b[31m\x7f\0z"s) == R"(a\nb\tc\x1b[31m\x7f\x00z)");
  CHECK(printable("\xC2\x9B"
                  "31m") == R"(\xc2\x9b31m)");  // CSI as one character
  CHECK(printable("bad\xFF\xE4\xBD") == R"(bad\xff\xe4\xbd)");
  CHECK(printable(R"(a\x1b)") == R"(a\\x1b)");
  CHECK(in_quotes("a'b") == "'a'b'");
}

TEST_CASE(
    "whatever a name holds, what is printed is UTF-8 without control characters, and no two names look the same") {
  CHECK(rc::check([](const std::string& one, const std::string& other) {
    const std::string text = printable(one);
    RC_ASSERT(is_utf8(text));
    for (const char c : text) RC_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
    RC_ASSERT((one == other) == (text == printable(other)));
  }));
}

TEST_CASE("sizes are formatted") {
  constexpr std::uint64_t kib = 1024, mib = kib * kib, gib = mib * kib;
  CHECK(human_size(0) == "0 B");
  CHECK(human_size(1023) == "1023 B");
  CHECK(human_size(1024) == "1.0 KiB");
  CHECK(human_size(1536) == "1.5 KiB");
  CHECK(human_size(mib - 1) == "1.0 MiB");  // not 1024.0 KiB
  CHECK(human_size(mib - 100) == "1023.9 KiB");
  CHECK(human_size(15 * gib / 2) == "7.5 GiB");
  CHECK(human_size(std::numeric_limits<std::uint64_t>::max()) == "16384.0 PiB");
}

TEST_CASE("counts are formatted") {
  CHECK(counted(0, "file") == "0 files");
  CHECK(counted(1, "file") == "1 file");
  CHECK(counted(999, "file") == "999 files");
  CHECK(counted(1500, "file") == "1,500 files");
  CHECK(counted(1000000, "name") == "1,000,000 names");
}

/// Returns the word as bash reads it.
std::string read_by_bash(const std::string& word) {
  const std::string command = "exec bash -c \"$WORD_COMMAND\"";
  setenv("WORD_COMMAND", ("printf %s " + word).c_str(), 1);
  FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe);
  std::string read;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) read += static_cast<char>(c);
  CHECK(pclose(pipe) == 0);
  return read;
}

TEST_CASE("a shell reads shell_word() as exactly the original text") {
  for (const std::string& name :
       {"plain/path-1.0_x"s, ""s, "two words"s, "it's"s, "$HOME `id` \"x\" \\n"s, "a;b&c|d*?[e]~"s, "\xE6\x96\x87"s,
        "line\nfeed\ttab"s, "bad \xFF byte's \\ end"s, "\xE2\x80\xAE"s}) {
    CAPTURE(printable(name));
    CHECK(read_by_bash(shell_word(name)) == name);
    CHECK(for_terminal(shell_word(name)) == shell_word(name));
  }
  CHECK(shell_word("plain/path-1.0_x") == "plain/path-1.0_x");
}

}  // namespace hubcache
