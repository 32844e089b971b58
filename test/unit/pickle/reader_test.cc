// Real pickles and those of an attacker; the bytes are written out, so that no pickler is required.
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "pickle/reader.h"
#include "pickle/writer.h"
#include "unit/pickle/canonical.h"

namespace hubcache::pickle {
namespace {

using namespace std::string_literals;
using Pickles = std::vector<std::string>;

/// Returns the value as text, or the Error's message.
std::string text_of(std::string_view bytes) {
  const auto value = read(bytes);
  return value ? canonical(*value) : value.error().message;
}

bool is_refused(std::string_view bytes, std::string_view why) {
  const auto value = read(bytes);
  if (!value) CAPTURE(value.error().message);
  return !value && value.error().code == ErrorCode::failed && value.error().message.find(why) != std::string::npos;
}

std::string repeated(std::string_view part, std::size_t times) {
  std::string bytes;
  for (std::size_t i = 0; i < times; ++i) bytes += part;
  return bytes;
}

}  // namespace

TEST_CASE("an index reads back as it was written") {
  const std::vector<Record> records = {{"a/b.bin", ""}, {"a/b.bin", "2fd4e1c6"}, {"\xe4\xb8\xad", "\xed\xa0\x80"}};
  const auto value = read(write_index(records));
  REQUIRE(value);
  const auto& list = std::get<List>(value->data);
  REQUIRE(list.size() == records.size());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto& dict = std::get<Dict>(list[i].data);
    REQUIRE(dict.size() == 2);
    CHECK(std::get<std::string>(dict[0].key.data) == "Path");
    CHECK(std::get<std::string>(dict[0].value.data) == records[i].path);
    CHECK(std::get<std::string>(dict[1].key.data) == "Revision");
    CHECK(std::get<std::string>(dict[1].value.data) == records[i].revision);
  }
}

TEST_CASE("instances are read as the dicts of their states, only if the caller asks for them") {
  const auto told = [](std::string_view bytes) {
    const auto value = read_instances(bytes);
    return value ? canonical(*value) : value.error().message;
  };
  const std::string state =
                        "}(\x8c\x01"
                        "a\x8c\x01"
                        "bub"s,
                    instance =
                        "\x80\x04\x8c\x01m\x8c\x01"
                        "c\x93)\x81"s;
  CHECK(told(instance + state + ".") == "{'61':'62'}");
  CHECK(told("\x80\x02"
             "cm\nc\n)\x81"s +
             state + ".") == "{'61':'62'}");
  CHECK(told(instance + ".") == "{}");
  CHECK(told(instance + "Nb.").find("a state that is not a dict") != std::string::npos);
  CHECK(told("\x80\x04NN\x93.").find("a class whose name is not a text") != std::string::npos);
  CHECK(told("\x80\x04NN\x81.").find("an instance whose arguments are not a tuple") != std::string::npos);
  for (const auto* bytes : {"\x80\x04\x93.", "\x80\x04\x81.",
                            "\x80\x04"
                            "b.",
                            "\x80\x04}b."})
    CHECK(told(bytes).find("without its") != std::string::npos);
  CHECK(told("cos\nsystem\n(S'id'\ntR.").find("REDUCE could call code") != std::string::npos);
  CHECK(is_refused(instance + state + ".", "STACK_GLOBAL could import code"));
}

TEST_CASE("a list is returned item by item, and any other value is refused") {
  std::string seen;
  CHECK(read_list(write_index(std::vector<Record>{{"a", "1"}, {"b", "2"}}),
                  [&](Value&& item) { seen += canonical(item) + ";"; }));
  CHECK(seen == "{'50617468':'61','5265766973696f6e':'31'};{'50617468':'62','5265766973696f6e':'32'};");
  const auto meta = read_list(write_model_meta("owner/name"), [](Value&&) {});
  REQUIRE(!meta);
  CHECK(meta.error().message.find("it is not a list") != std::string::npos);
}

TEST_CASE("pickles of Python 2 are read") {
  CHECK(text_of("(lp1\n(dp2\nS'Path'\np3\nS'a\\n\\x41\\''\np4\nsS'Revision'\np5\nS\"\"\np6\nsa.") ==
        "[{'50617468':'610a4127','5265766973696f6e':''}]");
  CHECK(text_of("}q\x01U\x02idq\x02U\x01xs.") == "{'6964':'78'}");
  CHECK(text_of("(I00\nI01\nI-5\nL7L\nL99999999999999999999L\nF1.5\nNt.") == "(F,T,-5,7,<int>,<float>,N)");
  CHECK(is_refused("S'\\xe9'\n.", "ASCII"));
  CHECK(is_refused("T\x01\0\0\0\xe9."s, "ASCII"));
}

TEST_CASE("equal keys of a dict: the first key stays, with the last value") {
  CHECK(text_of("}(K\x01U\x01"
                "a\x88U\x01"
                "bI01\nU\x01"
                "cu.") == "{1:'63'}");
  CHECK(text_of("}(K\x01\x85NU\x01xK\x02\x88\x85K\x03u.") == "{(1):3,'78':2}");
  std::string many = "}(";
  for (int i = 0; i < 1000; ++i) many += "I" + std::to_string(i % 10) + "\nI" + std::to_string(i) + "\n";
  CHECK(text_of(many + "u.") == "{0:990,1:991,2:992,3:993,4:994,5:995,6:996,7:997,8:998,9:999}");
}

TEST_CASE("shared objects are copied, and have items that were added later") {
  CHECK(text_of("]\x94(h\0K\x01"
                "e0h\0."s)
            .find("contains itself") != std::string::npos);
  CHECK(text_of("(]\x94h\0K\x01"
                "ah\0t."s) == "([1],[1],[1])");
  CHECK(text_of("(]2K\x07"
                "at.") == "([7],[7])");
}

TEST_CASE("an opcode that could import or call is refused with its name") {
  const std::pair<std::string, std::string> cases[] = {
      {"cos\nsystem\n(S'true'\ntR.", "opcode GLOBAL could import code; refused"},
      {"\x80\x04\x8c\x02os\x8c\x06system\x93.", "opcode STACK_GLOBAL could import code; refused"},
      {"\x80\x02\x82\x01.", "opcode EXT1 could import code; refused"},
      {"\x80\x02\x83\x01\x01.", "opcode EXT2 could import code; refused"},
      {"\x80\x02\x84\x01\x01\x01\x01.", "opcode EXT4 could import code; refused"},
      {"N)R.", "opcode REDUCE could call code; refused"},
      {"(S'true'\nios\nsystem\n.", "opcode INST could call code; refused"},
      {"(No.", "opcode OBJ could call code; refused"},
      {"N)\x81.", "opcode NEWOBJ could call code; refused"},
      {"N)}\x92.", "opcode NEWOBJ_EX could call code; refused"},
      {"N}b.", "opcode BUILD could call code; refused"},
      {"P1\n.", "opcode PERSID refers to something outside of the pickle; refused"},
      {"NQ.", "opcode BINPERSID refers to something outside of the pickle; refused"},
      {"\x80\x05\x97.", "opcode NEXT_BUFFER refers to something outside of the pickle; refused"},
      {"\x80\x05N\x98.", "opcode READONLY_BUFFER refers to something outside of the pickle; refused"},
  };
  for (const auto& [bytes, why] : cases) {
    CAPTURE(why);
    CHECK(is_refused(bytes, why));
  }
}

TEST_CASE("every incomplete pickle is an Error") {
  const auto whole = write_index(std::vector<Record>{{"a", "b"}, {std::string(300, 'x'), ""}, {"", "b"}});
  const auto old = "(lp1\n(dp2\nVPath\np3\nV\\u4e2d\np4\nsVRevision\np5\nI17\nsaL5L\naF1.0\na."s;
  for (const auto& bytes : {whole, old}) {
    REQUIRE(read(bytes));
    CHECK(read(bytes + "anything"));
    for (std::size_t size = 0; size < bytes.size(); ++size) CHECK(!read(bytes.substr(0, size)));
  }
}

TEST_CASE("lengths beyond the end are Errors") {
  for (const std::string& opcode :
       Pickles{"X\xff\xff\xff\xff", "X\xff\xff\xff\x7f", "B\xff\xff\xff\xff", "T\xff\xff\xff\xff",
               "\x8d\xff\xff\xff\xff\xff\xff\xff\xff", "\x8e\xff\xff\xff\xff\xff\xff\xff\x7f",
               "\x96\xff\xff\xff\xff\xff\xff\xff\xff", "\x95\xff\xff\xff\xff\xff\xff\xff\xff", "\x8b\xff\xff\xff\x7f",
               "U\xff", "C\xff", "\x8c\xff", "\x8a\xff"}) {
    CHECK(is_refused(opcode + "abc.", "truncated"));
  }
  CHECK(
      is_refused("\x8b\xff\xff\xff\xff"
                 "abc.",
                 "negative length"));
}

TEST_CASE("an opcode may not cross the end of its frame") {
  CHECK(text_of("\x80\x04\x95\x05\0\0\0\0\0\0\0\x8c\x03"
                "abc."s) == "'616263'");
  CHECK(
      is_refused("\x80\x04\x95\x04\0\0\0\0\0\0\0\x8c\x03"
                 "abc."s,
                 "truncated"));
  CHECK(is_refused("\x80\x04\x95\x03\0\0\0\0\0\0\0I12\n."s, "truncated"));
  CHECK(text_of("\x95\x0d\0\0\0\0\0\0\0\x95\x02\0\0\0\0\0\0\0M\x05\0."s) == "5");
}

TEST_CASE("unknown, enormous and malformed memo numbers are Errors") {
  CHECK(is_refused("h\0."s, "unknown memo number"));
  CHECK(is_refused("N\x94h\x01.", "unknown memo number"));
  CHECK(is_refused("Nr\xff\xff\xff\xff.", "beyond"));
  CHECK(is_refused("Np99999999999999999999999\n.", "invalid memo number"));
  CHECK(is_refused("Np4000000000\n.", "beyond"));
  CHECK(is_refused("Np-1\n.", "invalid memo number"));
  CHECK(text_of("Np65000\n0g65000\n.") == "N");
  CHECK(text_of("K\x07\x94q\0K\x08\x94h\x01."s) == "8");
}

TEST_CASE("operands that are missing or of the wrong kind are Errors") {
  for (const std::string& bytes : Pickles{".",
                                          "0.",
                                          "2.",
                                          "1.",
                                          "a.",
                                          "]a.",
                                          "e.",
                                          "N(e.",
                                          "s.",
                                          "}NS.",
                                          "u.",
                                          "}(Nu.",
                                          "t.",
                                          "d.",
                                          "(Nd.",
                                          "l.",
                                          "\x85.",
                                          "(\x85.",
                                          "N(\x85.",
                                          "N\x86.",
                                          "\x94.",
                                          "q\x01.",
                                          "\x90.",
                                          "\x91.",
                                          "}Na.",
                                          "]NNs.",
                                          "N(K\x01"
                                          "e.",
                                          "]K\x01K\x02s.",
                                          "(K\x01\x90.",
                                          "N(."}) {
    CAPTURE(bytes);
    CHECK(!read(bytes));
  }
  CHECK(text_of("N(0.") == "N");
  CHECK(text_of("K\x05(NN1.") == "5");
}

TEST_CASE("keys and members that CPython cannot hash, or whose equal keys cannot be found, are refused") {
  for (const std::string& key : Pickles{"]", "}", "\x8f", "\x96\0\0\0\0\0\0\0\0"s, "]\x85", "]\x85\x85"}) {
    CHECK(is_refused("}" + key + "Ns.", "cannot be hashed"));
    CHECK(is_refused("\x8f(" + key + "\x90.", "cannot be hashed"));
    CHECK(is_refused("(" + key + "\x91.", "cannot be hashed"));
  }
  for (const std::string& key : Pickles{"F1.0\n", "C\0"s, "(\x91", "L99999999999999999999L\n"}) {
    CHECK(is_refused("}" + key + "Ns.", "not supported"));
    CHECK(is_refused("}" + key + "\x85Ns.", "not supported"));
    CHECK(text_of("(" + key + "\x91.") == "<frozenset>");
  }
}

TEST_CASE("malformed numbers and texts are Errors") {
  for (const std::string& bytes : Pickles{"I\n.",
                                          "Iabc\n.",
                                          "I1_0\n.",
                                          "I0x10\n.",
                                          "I010\n.",
                                          "I 1\n.",
                                          "I--1\n.",
                                          "L\n.",
                                          "LL\n.",
                                          "F\n.",
                                          "F1e999\n.",
                                          "Fnan(1)\n.",
                                          "F0x1p3\n.",
                                          "F1,5\n.",
                                          "V\\u12\n.",
                                          "V\\U00110000\n.",
                                          "Sabc\n.",
                                          "S'\n.",
                                          "S'abc\"\n.",
                                          "S'\\'\n.",
                                          "X\x01\0\0\0\xff."s,
                                          "X\x02\0\0\0\xc0\x80."s,
                                          "X\x04\0\0\0\xf4\x90\x80\x80."s,
                                          "X\x03\0\0\0\xe0\x80\x80."s,
                                          "\x80\x06N.",
                                          "\xff."}) {
    CAPTURE(bytes);
    CHECK(!read(bytes));
  }
  CHECK(!read("I" + std::string(4301, '1') + "\n."));
  CHECK(text_of("I" + std::string(4300, '1') + "\n.") == "<int>");
  CHECK(text_of("X\x03\0\0\0\xed\xa0\x80."s) == "'eda080'");
  CHECK(text_of("\x8a\x09\xff\xff\xff\xff\xff\xff\xff\xff\xff.") == "-1");
  CHECK(text_of("\x8a\0."s) == "0");
}

TEST_CASE("nesting of more than 64 levels is refused") {
  CHECK(read(repeated("(", 64) + repeated("l", 64) + "."));
  CHECK(is_refused(repeated("(", 65) + repeated("l", 65) + ".", "nested too deeply"));
  CHECK(is_refused(repeated("(", 100'000) + repeated("t", 100'000) + ".", "nested too deeply"));
  CHECK(is_refused(")" + repeated("\x85", 300'000) + ".", "nested too deeply"));
}

TEST_CASE("pickle bombs are refused") {
  std::string doubling =
      "]\x94K\x01"
      "a";
  for (char level = 0; level < 60; ++level) doubling += "]\x94(h"s + level + "h" + level + "e";
  CHECK(is_refused(doubling + ".", "too many values"));

  std::string keys = ")\x94";
  for (char level = 0; level < 60; ++level) keys += "0h"s + level + "h" + level + "\x86\x94";
  CHECK(is_refused("}" + keys + "Ns.", "too many values"));

  const std::string megabyte = "X\0\0\x10\0"s + std::string(1 << 20, 'x');
  CHECK(is_refused("(" + megabyte + repeated("2", 100'000) + "t.", "too much text"));
  CHECK(is_refused("]\x94(" + repeated("h\0"s, 1'000'000) + "e.", "too many values"));
  CHECK(is_refused(repeated("N0", 8'000'001) + "N.", "8,000,000 values"));
  CHECK(is_refused("N" + std::string(8'000'000, '2') + ".", "8,000,000 values"));
  CHECK(is_refused(std::string(8'000'001, '(') + "N.", "8,000,000 values"));
  constexpr std::size_t too_long = (512 << 20) + 1;
  CHECK(is_refused({std::make_unique_for_overwrite<char[]>(too_long).get(), too_long}, "512 MiB"));
}

TEST_CASE("a list that grows by single items is read") {
  const auto value = read("]" + repeated("Na", 200'000) + ".");
  REQUIRE(value);
  CHECK(std::get<List>(value->data).size() == 200'000);
}

TEST_CASE("a dict with many keys, and with one key many times, is read") {
  std::string bytes = "}\x94(";
  for (int i = 0; i < 100'000; ++i) bytes += "I" + std::to_string(i) + "\nN";
  CHECK(read(bytes + "u."));
  CHECK(is_refused("](}(" + repeated("NN", 100'000) + "u" + repeated("2", 1000) + "e.", "too many values"));
}

}  // namespace hubcache::pickle
