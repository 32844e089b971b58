#include "store/s3_xml.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

namespace hubcache::store {
namespace {

std::string read(std::string_view xml) {
  std::string seen;
  const auto done = read_xml(
      xml, [&](std::string_view path, const std::string& text) { seen += std::string(path) + "=" + text + "|"; });
  return done ? seen : "error";
}

}  // namespace

TEST_CASE("elements, entities and empty elements are read") {
  CHECK(read("<?xml version=\"1.0\"?>\n<A xmlns=\"x\"><K>a&amp;&#34;&#x6a21;</K><L/><M ></M></A>\n") ==
        "A/K=a&\"\u6a21|A/L=|A/M=|A=|");
  CHECK(element_of("<Error><Code>X</Code></Error>", "Error/Code") == "X");
  CHECK(element_of("<Error><Code>X</Code>", "Error/Code").empty());
  CHECK(read("") == "");
}

TEST_CASE("hostile XML is refused") {
  std::string deep;
  for (int level = 0; level < 100'000; ++level) deep += "<a>";
  for (const std::string& bad :
       {std::string("<A>"), std::string("</A>"), std::string("<A></B>"), std::string("<A>&unknown;</A>"),
        std::string("<A>&#0;</A>"), std::string("<A>&#xD800;</A>"), std::string("<A>&#99999999999;</A>"),
        std::string("<A>&amp</A>"), std::string("<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"), std::string("<A"),
        std::string("text"), std::string("<>x</>"), deep}) {
    CHECK(read(bad) == "error");
  }
}

TEST_CASE("any bytes are read or refused") {
  CHECK(rc::check([](const std::string& bytes) {
    read(bytes);
    read("<A>" + bytes + "</A>");
  }));
}

}  // namespace hubcache::store
